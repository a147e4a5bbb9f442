/// Ids of messages: UUIDs of version 7 (RFC 9562), so that they sort by time.
package enum MessageID {
    package static func make(unixMilliseconds: Int64, using random: inout some RandomNumberGenerator) -> String {
        let high = UInt64(bitPattern: unixMilliseconds) << 16 | 0x7000 | random.next() & 0x0FFF
        let low = 0x8000_0000_0000_0000 | random.next() >> 2
        let digits = Array(hexadecimal(high) + hexadecimal(low))
        return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }.joined(separator: "-")
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
