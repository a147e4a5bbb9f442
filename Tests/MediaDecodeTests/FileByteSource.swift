import Foundation
import Pipeline
import Synchronization

/// A file as a byte source that counts what is asked of it.
final class FileByteSource: ByteSource {
    let byteCount: Int64
    private let descriptor: Int32
    private let counts = Mutex((requests: 0, bytes: 0))

    init(_ path: String) throws {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Fault.reject("file.open", "no file at \(path)") }
        byteCount = Int64(lseek(descriptor, 0, SEEK_END))
    }

    deinit { close(descriptor) }

    var requestCount: Int { counts.withLock { $0.requests } }
    var readByteCount: Int { counts.withLock { $0.bytes } }

    func read(at offset: Int64, count: Int) async throws(Fault) -> [UInt8] {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(pread(descriptor, buffer.baseAddress, count, off_t(offset)), 0)
        }
        counts.withLock { $0 = ($0.requests + 1, $0.bytes + bytes.count) }
        return bytes
    }
}
