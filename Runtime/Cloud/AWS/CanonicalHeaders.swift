/// Headers as a signature covers them: lower-case names in order, white space folded.
struct CanonicalHeaders {
    /// Proxies and clients change these on the way.
    private static let unsigned: Set<String> = [
        "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
    ]

    /// `name:value` and a line feed each.
    let lines: [UInt8]
    /// The names, joined by `;`.
    let names: String

    init(_ headers: [(name: String, value: String)]) {
        let sorted = Self.sorted(headers)
        var lines: [UInt8] = []
        var names: [UInt8] = []
        lines.reserveCapacity(512)
        names.reserveCapacity(128)
        for (index, header) in sorted.enumerated() {
            if index > 0, sorted[index - 1].name == header.name {
                lines.append(UInt8(ascii: ","))
            } else {
                if index > 0 {
                    lines.append(UInt8(ascii: "\n"))
                    names.append(UInt8(ascii: ";"))
                }
                lines.append(contentsOf: header.name.utf8)
                lines.append(UInt8(ascii: ":"))
                names.append(contentsOf: header.name.utf8)
            }
            Self.append(header.value, to: &lines)
        }
        if !sorted.isEmpty { lines.append(UInt8(ascii: "\n")) }
        self.lines = lines
        self.names = String(decoding: names, as: UTF8.self)
    }

    /// Those that are signed, by their names; of one name, in their order. There are too few for anything cleverer.
    private static func sorted(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
        var sorted: [(name: String, value: String)] = []
        sorted.reserveCapacity(headers.count)
        for header in headers {
            let name = header.name.lowercased()
            guard !unsigned.contains(name) else { continue }
            var place = sorted.count
            while place > 0, name < sorted[place - 1].name { place -= 1 }
            sorted.insert((name, header.value), at: place)
        }
        return sorted
    }

    /// Appends a value with one space for each run of white space, and none at its ends.
    private static func append(_ value: String, to bytes: inout [UInt8]) {
        guard value.utf8.contains(where: isSpace) else {
            bytes.append(contentsOf: value.utf8)
            return
        }
        var isAfterSpace = false
        var isAfterWord = false
        for byte in value.utf8 {
            if isSpace(byte) {
                isAfterSpace = isAfterWord
                continue
            }
            if isAfterSpace { bytes.append(32) }
            bytes.append(byte)
            (isAfterSpace, isAfterWord) = (false, true)
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || 9...13 ~= byte }
}
