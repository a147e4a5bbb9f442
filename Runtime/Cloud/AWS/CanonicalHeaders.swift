/// Headers as a signature covers them: lower-case names in order, white space folded.
struct CanonicalHeaders {
    /// Proxies and clients change these on the way.
    private static let unsigned: Set<String> = [
        "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
    ]

    /// `name:value` and a line feed each.
    let lines: String
    /// The names, joined by `;`.
    let names: String

    init(_ headers: [(name: String, value: String)]) {
        var values: [String: [String]] = [:]
        for header in headers {
            let name = header.name.lowercased()
            guard !Self.unsigned.contains(name) else { continue }
            values[name, default: []].append(
                header.value.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            )
        }
        let sorted = values.sorted { $0.key < $1.key }
        lines = sorted.map { "\($0.key):\($0.value.joined(separator: ","))\n" }.joined()
        names = sorted.map(\.key).joined(separator: ";")
    }
}
