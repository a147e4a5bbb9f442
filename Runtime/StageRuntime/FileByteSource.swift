internal import Glibc
package import Pipeline

/// A local file.
///
/// The descriptor is only read with `pread`, which may be called from several threads at once.
package final class FileByteSource: ByteSource {
    package let byteCount: Int64
    private let descriptor: Int32
    private let path: String

    /// Opens a file for reading.
    ///
    /// - Throws: reject, where it can't be opened or is no regular file.
    package init(path: String) throws(Fault) {
        self.path = path
        self.descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            throw .reject("file.open", "\(path): \(String(cString: strerror(errno)))")
        }
        self.byteCount = Int64(status.st_size)
        guard status.st_mode & S_IFMT == S_IFREG else { throw .reject("file.open", "\(path) is not a file") }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    package func read(at offset: Int64, count: Int) throws(Fault) -> [UInt8] {
        var readCount = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            readCount = pread(descriptor, buffer.baseAddress, count, off_t(offset))
            initialized = max(readCount, 0)
        }
        guard readCount >= 0 else { throw .reject("file.read", "\(path): \(String(cString: strerror(errno)))") }
        return bytes
    }
}
