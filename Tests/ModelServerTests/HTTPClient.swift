import FoundationEssentials

/// One request on one connection to loopback: all that these tests need of HTTP.
enum HTTPClient {
    struct Answer {
        let status: Int
        /// Names in lower case.
        let headers: [String: String]
        let body: Data

        var text: String { String(decoding: body, as: UTF8.self) }

        func json<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try JSONDecoder().decode(type, from: body)
        }
    }

    struct Failed: Error {
        let reason: String
    }

    static func send(
        _ method: String,
        _ path: String,
        port: UInt16,
        headers: [String: String] = [:],
        body: some Sequence<UInt8> = []
    ) throws -> Answer {
        let body = Array(body)
        let length = ["content-length": "\(body.count)"]
        let connection = try Connection(port: port)
        connection.send(head(method, path, headers.merging(length) { first, _ in first }) + body)
        return try answer(connection.received())
    }

    static func head(_ method: String, _ path: String, _ headers: [String: String]) -> [UInt8] {
        let fields = headers.map { "\($0): \($1)\r\n" }.joined()
        return Array("\(method) \(path) HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\(fields)\r\n".utf8)
    }

    static func answer(_ bytes: [UInt8]) throws -> Answer {
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: Array("\r\n\r\n".utf8)) }) else {
            throw Failed(reason: "no answer")
        }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, let status = Int(words[1]) else { throw Failed(reason: "no status") }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1).map(String.init)
            if pair.count == 2 { headers[pair[0].lowercased()] = String(pair[1].drop { $0 == " " }) }
        }
        return Answer(status: status, headers: headers, body: Data(bytes[(end + 4)...]))
    }
}
