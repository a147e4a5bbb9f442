package import Pipeline

/// HTTP by libcurl: connections are kept and shared, HTTP/2 is spoken where TLS offers it.
///
/// All transfers run on one thread of the client's own, which sleeps while nothing moves. Make one client per process.
package final class CurlHTTPClient: HTTPClient {
    private let loop: CurlLoop

    package init() { loop = CurlLoop() }

    deinit { loop.stop() }

    /// Ends all transfers and waits for the thread to end; sending afterwards fails.
    package func close() { loop.stop() }

    package func send(_ request: HTTPRequest) async throws(Fault) -> HTTPResponse {
        let transfer = CurlTransfer(request)
        loop.post(.start(transfer))
        let body = CurlBody(transfer: transfer, loop: loop)
        let head = try await withTaskCancellationHandler {
            await transfer.head()
        } onCancel: {
            body.cancel()
        }.get()
        return HTTPResponse(status: head.status, headers: head.headers, body: body)
    }
}
