/// Headers as a signature covers them: lower-case names in order, white space folded.
struct CanonicalHeaders {
    /// Proxies and clients change these on the way.
    private static let unsigned: [StaticString] = [
        "connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
    ]

    /// `name:value` and a line feed each.
    let lines: [UInt8]
    /// The names, joined by `;`.
    let names: String

    init(_ headers: [(name: String, value: String)]) {
        let order = Self.order(headers)
        var lines: [UInt8] = []
        var names: [UInt8] = []
        lines.reserveCapacity(512)
        names.reserveCapacity(128)
        for (place, index) in order.enumerated() {
            let header = headers[index]
            if place > 0, !Self.precedes(headers[order[place - 1]].name, header.name) {
                lines.append(UInt8(ascii: ","))
            } else {
                if place > 0 {
                    lines.append(UInt8(ascii: "\n"))
                    names.append(UInt8(ascii: ";"))
                }
                for byte in header.name.utf8 {
                    lines.append(Self.lower(byte))
                    names.append(Self.lower(byte))
                }
                lines.append(UInt8(ascii: ":"))
            }
            Self.append(header.value, to: &lines)
        }
        if !order.isEmpty { lines.append(UInt8(ascii: "\n")) }
        self.lines = lines
        self.names = String(decoding: names, as: UTF8.self)
    }

    /// The places of those that are signed, by their names; of one name, in their order. There are too few for anything
    /// cleverer.
    private static func order(_ headers: [(name: String, value: String)]) -> [Int] {
        var order: [Int] = []
        order.reserveCapacity(headers.count)
        for (index, header) in headers.enumerated() where !isUnsigned(header.name) {
            var place = order.count
            while place > 0, precedes(header.name, headers[order[place - 1]].name) { place -= 1 }
            order.insert(index, at: place)
        }
        return order
    }

    private static func precedes(_ first: String, _ second: String) -> Bool {
        first.utf8.lexicographicallyPrecedes(second.utf8) { lower($0) < lower($1) }
    }

    private static func isUnsigned(_ name: String) -> Bool {
        unsigned.contains { word in
            word.utf8CodeUnitCount == name.utf8.count
                && name.utf8.elementsEqual(
                    UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount),
                    by: { lower($0) == $1 }
                )
        }
    }

    /// HTTP's names are ASCII.
    private static func lower(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
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
