package import Pipeline

/// A response's body as it arrives. One reader; dropping it ends the transfer.
package protocol HTTPBody: Sendable {
    /// Waits for the next bytes.
    ///
    /// - Returns: a chunk of at least one byte and at most 1 MiB; nil at the end.
    /// - Throws: retry, where the connection broke, the time ran out, or the task was cancelled.
    func next() async throws(Fault) -> [UInt8]?
}

extension HTTPBody {
    /// Reads the body to its end.
    ///
    /// - Parameter byteCount: the longest body that is taken.
    /// - Returns: all of its bytes.
    /// - Throws: as ``next()``, and reject where the body is longer.
    package func collect(atMost byteCount: Int) async throws(Fault) -> [UInt8] {
        guard var bytes = try await next() else { return [] }
        while bytes.count <= byteCount, let chunk = try await next() { bytes += chunk }
        guard bytes.count <= byteCount else {
            throw .reject("http.collect", "the response is longer than \(byteCount) bytes")
        }
        return bytes
    }
}
