import Cloud
import Foundation
import Pipeline

/// Asks the product's own servers.
struct Web {
    private let http: any HTTPClient
    private static let byteCount = 16 << 20

    init(_ http: any HTTPClient) { self.http = http }

    /// Whether a server answers with success.
    func answers(_ url: String) async -> Bool {
        guard let response = try? await http.send(HTTPRequest(method: "GET", url: url, timeout: .total(.seconds(2))))
        else {
            return false
        }
        _ = try? await response.body.collect(atMost: Self.byteCount)
        return response.status == 200
    }

    /// Gets a JSON document.
    ///
    /// - Throws: a failure in the server's words.
    func get(_ url: String) async throws -> [UInt8] {
        let response = try await http.send(HTTPRequest(method: "GET", url: url, timeout: .total(.seconds(30))))
        let body = try await response.body.collect(atMost: Self.byteCount)
        guard response.status == 200 else {
            let problem = try? JSONDecoder().decode(Problem.self, from: Data(body))
            throw Failure("search answered \(response.status): \(problem?.detail ?? problem?.title ?? "no reason")")
        }
        return body
    }

    private struct Problem: Decodable {
        let title: String?
        let detail: String?
    }
}
