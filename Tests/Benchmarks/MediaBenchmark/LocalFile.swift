import Foundation
import Pipeline

/// A file on this machine as a byte source.
///
/// Unchecked: the descriptor is only read, at places that are given.
final class LocalFile: ByteSource, @unchecked Sendable {
    let byteCount: Int64
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { throw CocoaError(.fileNoSuchFile) }
        byteCount = Int64(lseek(descriptor, 0, SEEK_END))
    }

    deinit { close(descriptor) }

    func read(at offset: Int64, count: Int) async throws(Fault) -> [UInt8] {
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = max(pread(descriptor, buffer.baseAddress, count, off_t(offset)), 0)
        }
        guard bytes.count == count else { throw .retry("file.read") }
        return bytes
    }
}
