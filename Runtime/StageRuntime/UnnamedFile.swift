internal import Glibc
internal import Pipeline

/// Files without a name in the folder for temporary ones: the system frees them when their processes end, however that is.
enum UnnamedFile {
    /// Makes an empty one.
    ///
    /// - Returns: its descriptor, which no other program inherits.
    /// - Throws: retry, where there is no room for it.
    static func make() throws(Fault) -> Int32 {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var path = Array("\(folder)/media-scratch-XXXXXX".utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else {
            throw .retry("scratch: \(folder): \(String(cString: strerror(errno)))")
        }
        unlink(path)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }
}
