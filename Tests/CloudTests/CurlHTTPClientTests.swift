import Cloud
import Foundation
import Pipeline
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct CurlHTTPClientTests {
    private let client = CurlHTTPClient()

    private func request(
        _ url: String,
        method: String = "GET",
        body: [UInt8] = [],
        timeout: HTTPTimeout = .total(.seconds(10))
    ) -> HTTPRequest {
        HTTPRequest(method: method, url: url, headers: ["X-Test": "yes"], body: body, timeout: timeout)
    }

    @Test func aRequestArrivesWholeAndItsResponseIsReadWhole() async throws {
        let server = try TestHTTPServer { request, write in
            let echo = "\(request.method) \(request.target) \(request.headers["x-test"] ?? "") \(request.body.count)"
            return write(TestHTTPServer.response(201, ["X-Answer": " yes "], Array(echo.utf8)))
        }
        defer { server.stop() }
        let body = [UInt8](repeating: 7, count: 300_000)
        let response = try await client.send(request("\(server.url)/a/../b%20c?d=e", method: "PUT", body: body))
        #expect(response.status == 201)
        #expect(response.headers["x-answer"]?.hasPrefix("yes") == true)
        let text = try await String(decoding: response.body.collect(atMost: 1000), as: UTF8.self)
        #expect(text == "PUT /a/../b%20c?d=e yes 300000")
    }

    @Test func aHeadRequestHasAStatusAndNoBody() async throws {
        let server = try TestHTTPServer { _, write in
            write(Array("HTTP/1.1 404 No\r\nContent-Length: 12\r\n\r\n".utf8))
        }
        defer { server.stop() }
        let response = try await client.send(request(server.url, method: "HEAD"))
        #expect(response.status == 404)
        #expect(response.headers["Content-Length"] == "12")
        #expect(try await response.body.collect(atMost: 0).isEmpty)
    }

    @Test func aConnectionIsUsedAgain() async throws {
        let server = try TestHTTPServer { request, write in
            write(TestHTTPServer.response(200, [:], Array(String(request.connection).utf8)))
        }
        defer { server.stop() }
        for _ in 0..<20 {
            let response = try await client.send(request(server.url, method: "POST", body: [1]))
            #expect(try await response.body.collect(atMost: 10) == Array("1".utf8))
        }
    }

    @Test func redirectsAreNotFollowed() async throws {
        let server = try TestHTTPServer { _, write in write(TestHTTPServer.response(302, ["Location": "/elsewhere"])) }
        defer { server.stop() }
        #expect(try await client.send(request(server.url)).status == 302)
    }

    @Test func aServerThatDoesNotAnswerIsGivenUpAtTheDeadline() async throws {
        let server = try TestHTTPServer { _, _ in
            Thread.sleep(forTimeInterval: 30)
            return false
        }
        defer { server.stop() }
        let start = ContinuousClock.now
        let fault = await #expect(throws: Fault.self) {
            try await client.send(request(server.url, timeout: .total(.milliseconds(200))))
        }
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(fault?.verdict == .retry(after: nil))
        #expect((fault?.underlying as? HTTPTransportError)?.isTimeout == true)
        #expect(fault?.operation == "http.GET 127.0.0.1:\(server.port)")
    }

    @Test func aBodyThatStallsIsGivenUp() async throws {
        let server = try TestHTTPServer { _, write in
            _ = write(Array("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345".utf8))
            Thread.sleep(forTimeInterval: 6)
            return false
        }
        defer { server.stop() }
        let response = try await client.send(request(server.url, timeout: .stall(.seconds(1))))
        let fault = await #expect(throws: Fault.self) { try await response.body.collect(atMost: 100) }
        #expect((fault?.underlying as? HTTPTransportError)?.isTimeout == true)
    }

    @Test func aBodyCutShortIsARetry() async throws {
        let server = try TestHTTPServer { _, write in
            _ = write(Array("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345".utf8))
            return false
        }
        defer { server.stop() }
        let response = try await client.send(request(server.url))
        let fault = await #expect(throws: Fault.self) { try await response.body.collect(atMost: 100) }
        #expect(fault?.verdict == .retry(after: nil))
    }

    @Test func aRefusedConnectionIsARetryInWords() async throws {
        let port = try TestHTTPServer.closedPort()
        let fault = await #expect(throws: Fault.self) { try await client.send(request("http://127.0.0.1:\(port)/")) }
        #expect(fault?.verdict == .retry(after: nil))
        #expect(fault?.description.contains("127.0.0.1") == true)
    }

    @Test func aURLOfAnotherSchemeIsRejected() async throws {
        let fault = await #expect(throws: Fault.self) { try await client.send(request("file:///etc/hostname")) }
        #expect(fault?.faultClass == "reject")
    }

    @Test func cancellingTheTaskEndsTheTransferAtOnce() async throws {
        let closed = Mutex(false)
        let server = try TestHTTPServer { _, write in
            _ = write(Array("HTTP/1.1 200 OK\r\n".utf8))
            while write(Array("X-Wait: more\r\n".utf8)) { Thread.sleep(forTimeInterval: 0.02) }
            closed.withLock { $0 = true }
            return false
        }
        defer { server.stop() }
        let task = Task { try await client.send(request(server.url)) }
        try await Task.sleep(for: .milliseconds(200))
        let start = ContinuousClock.now
        task.cancel()
        let result = await task.result
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(throws: Fault.self) { try result.get() }
        for _ in 0..<100 where !closed.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(20)) }
        #expect(closed.withLock { $0 }, "the connection is closed")
    }

    @Test func anUnreadBodyMakesTheSenderWait() async throws {
        let chunkCount = 50
        let sent = Mutex(0)
        let server = try TestHTTPServer { _, write in
            _ = write(Array("HTTP/1.1 200 OK\r\nContent-Length: \(chunkCount << 20)\r\n\r\n".utf8))
            let chunk = [UInt8](repeating: 5, count: 1 << 20)
            for _ in 0..<chunkCount where write(chunk) { sent.withLock { $0 += 1 } }
            return true
        }
        defer { server.stop() }
        let response = try await client.send(request(server.url, timeout: .stall(.seconds(1))))
        try await Task.sleep(for: .seconds(2))
        #expect(sent.withLock { $0 } < chunkCount / 2, "what is not read is not sent")
        var byteCount = 0
        while let chunk = try await response.body.next() {
            #expect(chunk.count <= 1 << 20)
            byteCount += chunk.count
        }
        #expect(byteCount == chunkCount << 20)
    }

    @Test func droppingTheBodyEndsTheTransfer() async throws {
        let isGone = Mutex(false)
        let server = try TestHTTPServer { _, write in
            _ = write(Array("HTTP/1.1 200 OK\r\nContent-Length: \(1 << 30)\r\n\r\n".utf8))
            while write([UInt8](repeating: 5, count: 1 << 20)) {}
            isGone.withLock { $0 = true }
            return false
        }
        defer { server.stop() }
        _ = try await client.send(request(server.url)).status
        for _ in 0..<1000 where !isGone.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(20)) }
        #expect(isGone.withLock { $0 })
    }

    @Test func closingEndsWhatIsUnderWayAndWhatComesLater() async throws {
        let server = try TestHTTPServer { _, _ in
            Thread.sleep(forTimeInterval: 2)
            return false
        }
        defer { server.stop() }
        let client = CurlHTTPClient()
        let task = Task { try await client.send(request(server.url)) }
        try await Task.sleep(for: .milliseconds(100))
        client.close()
        let result = await task.result
        #expect(throws: Fault.self) { try result.get() }
        await #expect(throws: Fault.self) { try await client.send(request(server.url)) }
    }

    @Test func aClientMayBeClosedAtAnyMoment() async throws {
        let server = try TestHTTPServer { _, write in write(TestHTTPServer.response(200, [:], [1])) }
        defer { server.stop() }
        for round in 0..<50 {
            let client = CurlHTTPClient()
            let tasks = (0..<4).map { _ in Task { try await client.send(request(server.url)).status } }
            try await Task.sleep(for: .microseconds(round * 40))
            client.close()
            for task in tasks { if case .success(let status) = await task.result { #expect(status == 200) } }
        }
    }
}
