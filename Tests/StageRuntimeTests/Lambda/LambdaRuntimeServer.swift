import Foundation
import Synchronization

/// Lambda's runtime API on loopback: hands out the calls that a test has made, and keeps their answers.
final class LambdaRuntimeServer: Sendable {
    struct Call: Sendable {
        let id: String
        let event: String
        let deadlineMilliseconds: Int64
    }

    struct Answer: Sendable {
        /// Behind the version: "/invocation/1/response".
        let path: String
        let body: String
        let unixMilliseconds: Int64
    }

    private struct State {
        var calls: [Call] = []
        var answers: [Answer] = []
        var refusals = 0
    }

    private static let version = "/2018-06-01/runtime"

    let port: Int
    private let listener: Int32
    private let state = Mutex(State())

    var address: String { "127.0.0.1:\(port)" }
    var answers: [Answer] { state.withLock { $0.answers } }

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread { [self] in accept() }.start()
    }

    /// Stops taking connections.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// Puts a call before the function.
    func call(_ id: String, _ event: String, seconds: Double = 60) {
        let deadline = Self.now() + Int64(seconds * 1000)
        state.withLock { $0.calls.append(Call(id: id, event: event, deadlineMilliseconds: deadline)) }
    }

    /// Answers the next fetches with an error.
    func refuse(_ count: Int) { state.withLock { $0.refusals = count } }

    /// Waits for the `count`th answer.
    func answer(_ count: Int = 1) async throws -> Answer {
        for _ in 0..<2000 {
            let answers = answers
            if answers.count >= count { return answers[count - 1] }
            try await Task.sleep(for: .milliseconds(5))
        }
        throw POSIXError(.ETIMEDOUT)
    }

    static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    // MARK: The server's threads

    private func accept() {
        while true {
            let connection = Foundation.accept(listener, nil, nil)
            guard connection >= 0 else { break }
            Thread { [self] in serve(connection) }.start()
        }
        close(listener)
    }

    private func serve(_ connection: Int32) {
        var received: [UInt8] = []
        while let (line, body) = Self.read(connection, &received) {
            let words = line.split(separator: " ").map(String.init)
            guard words.count > 1, words[1].hasPrefix(Self.version) else { break }
            let path = String(words[1].dropFirst(Self.version.count))
            guard Self.write(connection, words[0] == "GET" ? next(connection) : take(path, body)) else { break }
        }
        close(connection)
    }

    /// Waits for a call, as the real API does: with no bound, while the client stays.
    private func next(_ connection: Int32) -> String {
        while true {
            let (call, isRefused): (Call?, Bool) = state.withLock { state in
                guard state.refusals == 0 else {
                    state.refusals -= 1
                    return (nil, true)
                }
                return (state.calls.isEmpty ? nil : state.calls.removeFirst(), false)
            }
            if isRefused { return "HTTP/1.1 500 Error\r\nContent-Length: 0\r\n\r\n" }
            if let call {
                return """
                    HTTP/1.1 200 OK\r
                    Lambda-Runtime-Aws-Request-Id: \(call.id)\r
                    Lambda-Runtime-Deadline-Ms: \(call.deadlineMilliseconds)\r
                    Lambda-Runtime-Trace-Id: Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=1\r
                    Content-Length: \(call.event.utf8.count)\r
                    \r
                    \(call.event)
                    """
            }
            var byte: UInt8 = 0
            guard recv(connection, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT)) != 0 else { return "" }
            usleep(2000)
        }
    }

    private func take(_ path: String, _ body: String) -> String {
        let answer = Answer(path: path, body: body, unixMilliseconds: Self.now())
        state.withLock { $0.answers.append(answer) }
        return "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
    }

    private static func read(_ connection: Int32, _ received: inout [UInt8]) -> (line: String, body: String)? {
        let end = Array("\r\n\r\n".utf8)
        while received.firstRange(of: end) == nil { guard more(connection, &received) else { return nil } }
        guard let head = received.firstRange(of: end) else { return nil }
        let lines = String(decoding: received[..<head.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }
        received.removeFirst(head.upperBound)
        while received.count < length ?? 0 { guard more(connection, &received) else { return nil } }
        let body = String(decoding: received.prefix(length ?? 0), as: UTF8.self)
        received.removeFirst(length ?? 0)
        return (lines[0], body)
    }

    private static func more(_ connection: Int32, _ received: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(connection, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        received += buffer[..<count]
        return true
    }

    private static func write(_ connection: Int32, _ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return !text.isEmpty
    }
}
