import Foundation
import Pipeline

/// A file of this machine, read in ranges.
struct FileSource: ByteSource {
    private let file: FileHandle
    let byteCount: Int64

    init(_ path: String) throws {
        file = try FileHandle(forReadingFrom: URL(filePath: path))
        byteCount = Int64(try file.seekToEnd())
    }

    func read(at offset: Int64, count: Int) throws(Fault) -> [UInt8] {
        let wanted = Int(max(0, min(Int64(count), byteCount - offset)))
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
            initialized = max(pread(file.fileDescriptor, buffer.baseAddress, wanted, off_t(offset)), 0)
        }
        guard bytes.count == wanted else { throw .retry("benchmark.read") }
        return bytes
    }
}
