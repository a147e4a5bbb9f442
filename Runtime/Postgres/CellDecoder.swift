import FoundationEssentials

/// Reads cells in the binary format of their type's `send` function.
enum CellDecoder {
    /// - Returns: nil where the type is not one of ``PostgresType`` or the bytes are not of its form.
    static func value(_ bytes: [UInt8], type: UInt32) -> PostgresValue? {
        switch PostgresType(rawValue: type) {
        case .text, .varchar, .name, .json: text(bytes).map(PostgresValue.text)
        // A version byte, 1, stands before the text.
        case .jsonb: bytes.first == 1 ? text(bytes.dropFirst()).map(PostgresValue.text) : nil
        case .bool: bytes.count == 1 ? .bool(bytes[0] != 0) : nil
        case .bytes: .bytes(bytes)
        case .int2: BigEndian.integer(bytes, as: Int16.self).map { .int64(Int64($0)) }
        case .int4: BigEndian.integer(bytes, as: Int32.self).map { .int64(Int64($0)) }
        case .int8: BigEndian.integer(bytes, as: Int64.self).map(PostgresValue.int64)
        case .float4: BigEndian.integer(bytes, as: UInt32.self).map { .double(Double(Float(bitPattern: $0))) }
        case .float8: BigEndian.integer(bytes, as: UInt64.self).map { .double(Double(bitPattern: $0)) }
        case .uuid: uuid(bytes).map(PostgresValue.uuid)
        case .textArray: textArray(bytes)
        case .int4Array, .int8Array: int64Array(bytes)
        case nil: nil
        }
    }

    private static func text(_ bytes: some Collection<UInt8>) -> String? {
        String(validating: bytes, as: UTF8.self)
    }

    private static func uuid(_ bytes: [UInt8]) -> UUID? {
        guard bytes.count == MemoryLayout<uuid_t>.size else { return nil }
        return UUID(uuid: bytes.withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) })
    }

    private static func textArray(_ bytes: [UInt8]) -> PostgresValue? {
        guard let elements = elements(bytes) else { return nil }
        var texts: [String] = []
        for element in elements {
            guard let text = text(element) else { return nil }
            texts.append(text)
        }
        return .textArray(texts)
    }

    private static func int64Array(_ bytes: [UInt8]) -> PostgresValue? {
        guard let elements = elements(bytes) else { return nil }
        var numbers: [Int64] = []
        for element in elements {
            let narrow = BigEndian.integer(element, as: Int32.self).map(Int64.init)
            guard let number = narrow ?? BigEndian.integer(element, as: Int64.self) else { return nil }
            numbers.append(number)
        }
        return .int64Array(numbers)
    }

    /// The elements of an array of at most one dimension without NULL.
    private static func elements(_ bytes: [UInt8]) -> [ArraySlice<UInt8>]? {
        var rest = bytes[...]
        func next() -> Int? {
            let word = rest.prefix(4)
            rest = rest.dropFirst(4)
            return BigEndian.integer(word, as: Int32.self).map(Int.init)
        }
        guard let dimensions = next(), next() == 0, next() != nil else { return nil }
        if dimensions == 0 { return [] }
        guard dimensions == 1, let count = next(), next() != nil else { return nil }
        var elements: [ArraySlice<UInt8>] = []
        for _ in 0..<count {
            guard let size = next(), size >= 0, size <= rest.count else { return nil }
            elements.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        return elements
    }
}
