package import FoundationEssentials
internal import Glibc
package import Pipeline

/// Standard output and standard error.
package enum StandardStream: Int32, Sendable {
    case output = 1
    case error = 2

    /// Writes all bytes.
    ///
    /// - Throws: reject, where nobody reads any more.
    package func write(_ data: Data) throws(Fault) { try write(bytes: Array(data)) }

    /// Writes all bytes.
    ///
    /// - Throws: reject, where nobody reads any more.
    package func write(bytes: [UInt8]) throws(Fault) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(rawValue, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno != EINTR {
                throw .reject("write", "the output is closed")
            }
        }
    }

    /// Writes text as it is.
    ///
    /// - Throws: reject, where nobody reads any more.
    package func write(text: String) throws(Fault) { try write(Data(text.utf8)) }

    package func print(_ line: String) { try? write(Data((line + "\n").utf8)) }

    /// Whether a person looks at it.
    package var isTerminal: Bool { isatty(rawValue) == 1 }
}
