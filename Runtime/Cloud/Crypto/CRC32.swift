/// CRC-32 (ISO 3309, the one of zlib and Ethernet), eight bytes at a time by tables.
///
/// Source: Kounavis and Berry, "A Systematic Approach to Building High Performance Software-based CRC Generators".
package struct CRC32: Sendable {
    private static let polynomial: UInt32 = 0xEDB8_8320
    private static let slices = 8
    /// Eight tables of 256, one after the other: what a byte adds when so many more come after it.
    private static let tables: [UInt32] = {
        var tables = (0..<256).map { index in
            (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? polynomial ^ (value >> 1) : value >> 1 }
        }
        for index in 256..<256 * slices {
            let before = tables[index - 256]
            tables.append(tables[Int(before & 255)] ^ (before >> 8))
        }
        return tables
    }()

    private var state = UInt32.max

    package init() {}

    /// The checksum of all bytes taken.
    package var value: UInt32 { ~state }

    /// As S3 writes it: base64 of the four bytes, the highest first.
    package var base64: String { Base64.encoded(withUnsafeBytes(of: value.bigEndian) { Array($0) }) }

    /// Takes the next bytes.
    package mutating func update(_ bytes: [UInt8]) {
        state = Self.tables.withUnsafeBufferPointer { tables in
            bytes.withUnsafeBytes { Self.update(state, $0, tables) }
        }
    }

    /// The checksum of a whole message.
    package static func checksum(_ bytes: [UInt8]) -> CRC32 {
        var checksum = CRC32()
        checksum.update(bytes)
        return checksum
    }

    private static func update(
        _ start: UInt32,
        _ bytes: UnsafeRawBufferPointer,
        _ tables: UnsafeBufferPointer<UInt32>
    ) -> UInt32 {
        var state = start
        var index = 0
        while index + slices <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let mixed = word ^ UInt64(state)
            state =
                tables[1792 + Int(mixed & 255)] ^ tables[1536 + Int(mixed >> 8 & 255)]
                ^ tables[1280 + Int(mixed >> 16 & 255)] ^ tables[1024 + Int(mixed >> 24 & 255)]
                ^ tables[768 + Int(mixed >> 32 & 255)] ^ tables[512 + Int(mixed >> 40 & 255)]
                ^ tables[256 + Int(mixed >> 48 & 255)] ^ tables[Int(mixed >> 56)]
            index += slices
        }
        while index < bytes.count {
            state = tables[Int((state ^ UInt32(bytes[index])) & 255)] ^ (state >> 8)
            index += 1
        }
        return state
    }
}
