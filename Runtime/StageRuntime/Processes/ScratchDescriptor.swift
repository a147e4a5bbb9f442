internal import Glibc
internal import Pipeline

/// A file without a name, to hand bytes to another process and to get some back.
final class ScratchDescriptor: Sendable {
    private static let pieceByteCount = 1 << 20

    let number: Int32

    /// Makes a file that holds bytes, to be read from its start.
    ///
    /// - Throws: retry, where there is no room for it.
    init(_ bytes: [UInt8]) throws(Fault) {
        number = try UnnamedFile.make()
        try append(bytes)
        lseek(number, 0, SEEK_SET)
    }

    deinit { close(number) }

    /// Adds bytes from a source, a piece at a time, and goes back to the start.
    ///
    /// - Throws: the source's fault; retry, where there is no room.
    func fill(from source: any ByteSource) async throws(Fault) {
        var offset: Int64 = 0
        while offset < source.byteCount {
            let bytes = try await source.read(at: offset, count: Self.pieceByteCount)
            guard !bytes.isEmpty else { break }
            try append(bytes)
            offset += Int64(bytes.count)
        }
        lseek(number, 0, SEEK_SET)
    }

    /// The file's first bytes.
    func read(atMost byteCount: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            count = max(0, pread(number, buffer.baseAddress, byteCount, 0))
        }
    }

    private func append(_ bytes: [UInt8]) throws(Fault) {
        var count = 0
        while count < bytes.count {
            let written = bytes[count...].withUnsafeBytes { write(number, $0.baseAddress, $0.count) }
            guard written > 0 else { throw .retry("scratch.write") }
            count += written
        }
    }
}
