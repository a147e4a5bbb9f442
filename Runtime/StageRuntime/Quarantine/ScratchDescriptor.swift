internal import Glibc
internal import Pipeline

/// A file without a name, to hand bytes to another process and to get some back.
final class ScratchDescriptor: Sendable {
    let number: Int32

    /// Makes a file that holds bytes, to be read from its start.
    ///
    /// - Throws: retry, where there is no room for it.
    init(_ bytes: [UInt8]) throws(Fault) {
        number = try UnnamedFile.make()
        var count = 0
        while count < bytes.count {
            let written = bytes[count...].withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
            guard written > 0 else {
                throw .retry("scratch.write")
            }
            count += written
        }
        lseek(number, 0, SEEK_SET)
    }

    deinit { close(number) }

    /// The file's first bytes.
    func read(atMost byteCount: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            count = max(0, pread(number, buffer.baseAddress, byteCount, 0))
        }
    }
}
