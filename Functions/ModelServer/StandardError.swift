import Glibc

/// Where the process says why it does not start.
enum StandardError {
    /// Writes one line after the program's name.
    static func write(_ message: String) {
        let line = Array("media-modelserver: \(message)\n".utf8)
        _ = Glibc.write(STDERR_FILENO, line, line.count)
    }
}
