import Foundation
import Synchronization

/// A collector on loopback that keeps what it is sent and answers what the test says.
final class TelemetryCollector: Sendable {
    struct Request: Sendable {
        let path: String
        /// Names in lower case.
        let headers: [String: String]
        let body: [UInt8]
    }

    struct Answer: Sendable {
        var status = 200
        /// Each with its line's end.
        var headers = ""
        var body: [UInt8] = []
    }

    /// Answers the request of this number, from 0; nil never does.
    typealias Answering = @Sendable (_ number: Int) -> Answer?

    let port: Int
    private let listener: Int32
    private let answer: Answering
    private let received = Mutex<[Request]>([])

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { received.withLock { $0 } }

    init(_ answer: @escaping Answering = { _ in Answer() }) throws {
        self.answer = answer
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread { [self] in accept() }.start()
    }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    /// The bodies that came for a signal.
    func bodies(of signal: String) -> [[UInt8]] { requests.filter { $0.path == "/v1/\(signal)" }.map(\.body) }

    private func accept() {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0 else { break }
            Thread { [self] in serve(connection) }.start()
        }
        close(listener)
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        var bytes: [UInt8] = []
        while let request = Self.request(connection, &bytes) {
            let number = received.withLock { received in
                received.append(request)
                return received.count - 1
            }
            guard let answer = answer(number) else {
                // Waits until the client gives up.
                while Self.more(connection, &bytes) {}
                return
            }
            let length = "Content-Length: \(answer.body.count)"
            let head = "HTTP/1.1 \(answer.status) Status\r\n\(length)\r\n\(answer.headers)\r\n"
            _ = (Array(head.utf8) + answer.body).withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
        }
    }

    private static func request(_ connection: Int32, _ bytes: inout [UInt8]) -> Request? {
        var end = bytes.firstRange(of: Array("\r\n\r\n".utf8))
        while end == nil {
            guard more(connection, &bytes) else { return nil }
            end = bytes.firstRange(of: Array("\r\n\r\n".utf8))
        }
        guard let end else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        bytes.removeFirst(end.upperBound)
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        while bytes.count < length { guard more(connection, &bytes) else { return nil } }
        let body = Array(bytes.prefix(length))
        bytes.removeFirst(length)
        return Request(path: String(lines[0].split(separator: " ")[1]), headers: headers, body: body)
    }

    private static func more(_ connection: Int32, _ bytes: inout [UInt8]) -> Bool {
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(connection, &piece, piece.count, 0)
        guard count > 0 else { return false }
        bytes += piece[..<count]
        return true
    }
}
