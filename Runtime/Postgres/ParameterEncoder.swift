import FoundationEssentials

/// Parameters in the form that libpq sends: one buffer, and for each its place in it, type and format.
struct ParameterEncoder {
    private(set) var buffer: [UInt8] = []
    /// Where each value begins in `buffer`; nil for NULL.
    private(set) var offsets: [Int?] = []
    private(set) var byteCounts: [Int32] = []
    /// 1 for binary, 0 for text.
    private(set) var formats: [Int32] = []
    private(set) var types: [UInt32] = []

    /// - Throws: where a text holds a NUL character, which PostgreSQL does not store.
    init(_ values: [PostgresValue]) throws(PostgresError) {
        for value in values { try append(value) }
    }

    private mutating func append(_ value: PostgresValue) throws(PostgresError) {
        switch value {
        case .null:
            append(nil, type: PostgresType.unknown, format: 0)
        case .text(let text):
            try append(text)
        case .int64(let number):
            append(BigEndian.bytes(number), type: PostgresType.int8.rawValue)
        case .double(let number):
            append(BigEndian.bytes(number.bitPattern), type: PostgresType.float8.rawValue)
        case .bool(let truth):
            append([truth ? 1 : 0], type: PostgresType.bool.rawValue)
        case .bytes(let bytes):
            append(bytes, type: PostgresType.bytes.rawValue)
        case .uuid(let uuid):
            append(withUnsafeBytes(of: uuid.uuid) { Array($0) }, type: PostgresType.uuid.rawValue)
        case .textArray(let texts):
            let elements = texts.map { Array($0.utf8) }
            append(Self.array(elements, of: .text), type: PostgresType.textArray.rawValue)
        case .int64Array(let numbers):
            append(Self.array(numbers.map(BigEndian.bytes), of: .int8), type: PostgresType.int8Array.rawValue)
        }
    }

    private mutating func append(_ bytes: [UInt8]?, type: UInt32, format: Int32 = 1) {
        offsets.append(bytes == nil ? nil : buffer.count)
        byteCounts.append(Int32(bytes?.count ?? 0))
        formats.append(format)
        types.append(type)
        buffer += bytes ?? []
        // An empty value needs a place of its own too: a null pointer would mean NULL.
        buffer.append(0)
    }

    private mutating func append(_ text: String) throws(PostgresError) {
        let bytes = Array(text.utf8)
        guard !bytes.contains(0) else {
            throw PostgresError(sqlState: "22021", message: "a text holds a NUL character")
        }
        append(bytes, type: PostgresType.unknown, format: 0)
    }

    /// One dimension, no NULL (PostgreSQL's `array_recv`).
    private static func array(_ elements: [[UInt8]], of type: PostgresType) -> [UInt8] {
        var bytes = BigEndian.bytes(Int32(elements.isEmpty ? 0 : 1))
        bytes += BigEndian.bytes(Int32(0))
        bytes += BigEndian.bytes(type.rawValue)
        guard !elements.isEmpty else { return bytes }
        bytes += BigEndian.bytes(Int32(elements.count))
        bytes += BigEndian.bytes(Int32(1))
        for element in elements {
            bytes += BigEndian.bytes(Int32(element.count))
            bytes += element
        }
        return bytes
    }
}
