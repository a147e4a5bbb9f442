internal import FoundationEssentials

/// A vector as servers write it: a list of numbers, or base64 of little-endian floats where that was asked for.
struct EmbeddingVector: Decodable {
    private let values: [Float]

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let text = try? container.decode(String.self) else {
            values = try container.decode([Float].self)
            return
        }
        guard let data = Data(base64Encoded: text), data.count.isMultiple(of: 4) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not base64 of floats")
        }
        let bytes = [UInt8](data)
        values = bytes.withUnsafeBytes { buffer in
            stride(from: 0, to: buffer.count, by: 4).map { offset in
                let bits = buffer.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
                return Float(bitPattern: UInt32(littleEndian: bits))
            }
        }
    }

    /// The same direction with length 1; nil where there is none.
    var normalized: [Float]? {
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        guard length.isFinite, length > 0 else { return nil }
        return values.map { $0 / length }
    }
}
