import Cloud
import Foundation
import Pipeline
import Testing

/// Many requests at once, many of them given up: each must end, and the client must go on.
@Suite(.timeLimit(.minutes(1))) struct CurlStressTests {
    @Test func everyRequestEndsHoweverItIsGivenUp() async throws {
        let server = try TestHTTPServer { request, write in
            let byteCount = request.target == "/large" ? 3 << 20 : 100
            return write(TestHTTPServer.response(200, [:], [UInt8](repeating: 1, count: byteCount)))
        }
        defer { server.stop() }
        let client = CurlHTTPClient()
        let url = server.url
        let counts = await withTaskGroup(of: (whole: Int, ended: Int).self) { group in
            for lane in 0..<16 {
                group.addTask { await Self.lane(lane, client, url) }
            }
            return await group.reduce((whole: 0, ended: 0)) { ($0.whole + $1.whole, $0.ended + $1.ended) }
        }
        #expect(counts.ended == 16 * 60)
        #expect(counts.whole >= 16 * 20)
        let last = try await client.send(HTTPRequest(method: "GET", url: url, timeout: .total(.seconds(5))))
        #expect(try await last.body.collect(atMost: 100).count == 100)
        client.close()
    }

    private static func lane(_ lane: Int, _ client: CurlHTTPClient, _ url: String) async -> (whole: Int, ended: Int) {
        var counts = (whole: 0, ended: 0)
        for number in 0..<60 {
            let target = number.isMultiple(of: 2) ? "large" : "small"
            let request = HTTPRequest(method: "GET", url: "\(url)/\(target)", timeout: .total(.seconds(20)))
            let task = Task {
                let response = try await client.send(request)
                // One in three is dropped unread or half read.
                if number % 3 == 1 { return try await response.body.next()?.count ?? 0 }
                return try await response.body.collect(atMost: 4 << 20).count
            }
            if number % 3 == 2 {
                try? await Task.sleep(for: .microseconds(lane * 200 + number * 20))
                task.cancel()
            }
            let result = await task.result
            counts.ended += 1
            if case .success(let count) = result, count == 100 || count == 3 << 20 { counts.whole += 1 }
        }
        return counts
    }
}
