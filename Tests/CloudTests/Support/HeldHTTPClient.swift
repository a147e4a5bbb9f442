import Cloud
import Pipeline

/// A transport whose answers wait until the test lets them through, for some seconds at most.
actor HeldHTTPClient: HTTPClient {
    private let script: @Sendable (_ number: Int) -> ScriptedHTTPClient.Answer
    private var isHeld = true
    private(set) var requestCount = 0

    init(_ script: @escaping @Sendable (_ number: Int) -> ScriptedHTTPClient.Answer) { self.script = script }

    func hold() { isHeld = true }
    func letThrough() { isHeld = false }

    /// Waits until so many requests have come.
    func waitForRequest(_ number: Int) async {
        while requestCount < number { try? await Task.sleep(for: .milliseconds(1)) }
    }

    func send(_ request: HTTPRequest) async throws(Fault) -> HTTPResponse {
        requestCount += 1
        let answer = script(requestCount)
        for _ in 0..<3000 where isHeld { try? await Task.sleep(for: .milliseconds(1)) }
        return try await ScriptedHTTPClient { _, _ in answer }.send(request)
    }
}
