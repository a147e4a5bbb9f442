internal import Glibc
package import Pipeline
internal import Synchronization

/// A scratch in one file without a name: the system frees it when the process ends, however that is.
package final class FileScratch: Scratch {
    /// How much one run may set aside.
    private static let byteLimit: Int64 = 16 << 30
    private let file: Mutex<ScratchFile?>

    package init() { file = Mutex(nil) }

    package func keep(_ bytes: [UInt8]) throws(Fault) -> any ByteSource {
        do {
            return try file.withLock { file in
                let open = try file ?? ScratchFile()
                file = open
                guard open.end + Int64(bytes.count) <= Self.byteLimit else {
                    throw Fault.reject("scratch", "one run made more than \(Self.byteLimit) bytes")
                }
                return try open.append(bytes)
            }
        } catch let fault as Fault {
            throw fault
        } catch {
            throw .retry("scratch", underlying: error)
        }
    }
}

/// The open file, under its scratch's lock for writing; what is written is never changed, so that it is read without.
private final class ScratchFile: @unchecked Sendable {
    let descriptor: Int32
    private(set) var end: Int64 = 0

    init() throws(Fault) { descriptor = try UnnamedFile.make() }

    deinit { close(descriptor) }

    func append(_ bytes: [UInt8]) throws(Fault) -> ScratchBytes {
        let start = end
        while end < start + Int64(bytes.count) {
            let done = Int(end - start)
            let written = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done, off_t(end))
            }
            guard written > 0 else { throw .retry("scratch: \(String(cString: strerror(errno)))") }
            end += Int64(written)
        }
        return ScratchBytes(file: self, start: start, byteCount: Int64(bytes.count))
    }
}

private struct ScratchBytes: ByteSource {
    let file: ScratchFile
    let start: Int64
    let byteCount: Int64

    func read(at offset: Int64, count: Int) throws(Fault) -> [UInt8] {
        let wanted = Int(max(0, min(Int64(count), byteCount - offset)))
        var readCount = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
            readCount = pread(file.descriptor, buffer.baseAddress, wanted, off_t(start + offset))
            initialized = max(readCount, 0)
        }
        guard readCount == wanted else { throw .retry("scratch: \(String(cString: strerror(errno)))") }
        return bytes
    }
}
