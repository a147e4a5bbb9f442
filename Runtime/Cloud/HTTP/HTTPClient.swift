package import Pipeline

/// Sends requests. Redirects are not followed, and every status is a response, not a fault.
package protocol HTTPClient: Sendable {
    /// Sends a request and waits for the start of its response.
    ///
    /// - Parameter request: what to send.
    /// - Returns: the response; its body may still be on the way.
    /// - Throws: retry, where there was no connection, no answer in time, or the task was cancelled; reject, where
    ///   the URL can't be used.
    func send(_ request: HTTPRequest) async throws(Fault) -> HTTPResponse
}
