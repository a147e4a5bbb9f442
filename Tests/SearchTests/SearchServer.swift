import Cloud
import Hummingbird

@testable import Search

/// A server on a free loopback port that lives for one question.
struct SearchServer {
    private static let client = CurlHTTPClient()
    private static let responseByteCount = 1 << 20

    let service: SearchService

    func ask(_ target: String, method: String) async throws -> SearchResponse {
        let (ports, listening) = AsyncStream<Int>.makeStream()
        let application = service.application(host: "127.0.0.1", port: 0) { listening.yield($0) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask {
                defer { listening.finish() }
                try await application.run()
            }
            guard let port = await ports.first(where: { _ in true }) else { throw NotListening() }
            return try await Self.send(method, "http://127.0.0.1:\(port)\(target)")
        }
    }

    private static func send(_ method: String, _ url: String) async throws -> SearchResponse {
        let request = Cloud.HTTPRequest(method: method, url: url, timeout: .total(.seconds(10)))
        let response = try await client.send(request)
        let body = try await response.body.collect(atMost: responseByteCount)
        return SearchResponse(
            status: response.status,
            headers: response.headers,
            text: String(decoding: body, as: UTF8.self)
        )
    }

    private struct NotListening: Error {}
}
