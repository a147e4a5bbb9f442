import Foundation
import Synchronization

/// An HTTP/1.1 server on loopback that a test writes the answers of; one thread per connection.
final class TestHTTPServer: Sendable {
    struct Request: Sendable {
        let method: String
        let target: String
        let headers: [String: String]
        let body: [UInt8]
        /// Counts the connections, from 1.
        let connection: Int
    }

    /// Writes bytes to the client; false once the client is gone.
    typealias Write = (_ bytes: [UInt8]) -> Bool
    /// Answers a request; false closes the connection.
    typealias Handler = @Sendable (_ request: Request, _ write: Write) -> Bool

    let port: Int
    private let listener: Int32
    private let handler: Handler
    private let connectionCount = Mutex(0)

    var url: String { "http://127.0.0.1:\(port)" }

    init(_ handler: @escaping Handler) throws {
        let (listener, port) = try Self.listen()
        self.listener = listener
        self.port = port
        self.handler = handler
        Thread { [self] in accept() }.start()
    }

    /// Stops taking connections; without it the server lives as long as the process.
    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// A port of loopback on which nothing listens, and nobody else can: it stays bound as long as the process.
    static func closedPort() throws -> Int { try listen(isOpen: false).port }

    /// A whole response.
    static func response(_ status: Int, _ headers: [String: String] = [:], _ body: [UInt8] = []) -> [UInt8] {
        let fields = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        return Array("HTTP/1.1 \(status) Status\r\nContent-Length: \(body.count)\r\n\(fields)\r\n".utf8) + body
    }

    private static func listen(isOpen: Bool = true) throws -> (listener: Int32, port: Int) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && (!isOpen || Glibc.listen(listener, 64) == 0)
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard bound else { throw POSIXError(.EADDRNOTAVAIL) }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    private func accept() {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0 else { break }
            let number = connectionCount.withLock { count in
                count += 1
                return count
            }
            Thread { [self] in serve(connection, number) }.start()
        }
        close(listener)
    }

    private func serve(_ connection: Int32, _ number: Int) {
        var received: [UInt8] = []
        while let request = Self.read(connection, number, &received) {
            guard handler(request, { Self.write(connection, $0) }) else { break }
        }
        close(connection)
    }

    private static func write(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func read(_ connection: Int32, _ number: Int, _ received: inout [UInt8]) -> Request? {
        var end = headEnd(received)
        while end == nil {
            guard more(connection, &received) else { return nil }
            end = headEnd(received)
        }
        guard let end else { return nil }
        let lines = String(decoding: received[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces
            )
        }
        received.removeFirst(end + 4)
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while received.count < length { guard more(connection, &received) else { return nil } }
        let body = Array(received.prefix(length))
        received.removeFirst(length)
        return Request(
            method: String(words[0]),
            target: String(words[1]),
            headers: headers,
            body: body,
            connection: number
        )
    }

    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        bytes.firstRange(of: Array("\r\n\r\n".utf8))?.lowerBound
    }

    private static func more(_ connection: Int32, _ received: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(connection, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        received += buffer[..<count]
        return true
    }
}
