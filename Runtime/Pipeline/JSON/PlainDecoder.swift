import FoundationEssentials

/// Decodes from a ``PlainValue``. Whatever it does not know raises a doubt: then the result counts for nothing.
struct PlainDecoder: Decoder {
    /// Shared by all decoders of one payload; of one task.
    final class Doubt {
        private(set) var isRaised = false

        func raise() -> JSONError {
            isRaised = true
            return JSONError(at: 0)
        }
    }

    let value: PlainValue
    let doubt: Doubt
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    init(_ value: PlainValue, _ doubt: Doubt = Doubt()) {
        self.value = value
        self.doubt = doubt
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let fields) = value else { throw doubt.raise() }
        return KeyedDecodingContainer(PlainFields(fields, doubt))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw doubt.raise() }
    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value {
        // Foundation reads these in ways of their own.
        guard type != Data.self, type != URL.self, type != Decimal.self else { throw doubt.raise() }
        return try type.init(from: self)
    }

    func integer<Integer: FixedWidthInteger>() throws -> Integer {
        guard case .integer(let value) = value, let integer = Integer(exactly: value) else { throw doubt.raise() }
        return integer
    }

    func fraction<Fraction: BinaryFloatingPoint>() throws -> Fraction {
        guard case .integer(let value) = value, let fraction = Fraction(exactly: value) else { throw doubt.raise() }
        return fraction
    }

    func bool() throws -> Bool {
        guard case .bool(let value) = value else { throw doubt.raise() }
        return value
    }

    func string() throws -> String {
        guard case .string(let value) = value else { throw doubt.raise() }
        return value
    }

    var isNull: Bool { if case .null = value { true } else { false } }
}

extension PlainDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { isNull }
    func decode(_ type: Bool.Type) throws -> Bool { try bool() }
    func decode(_ type: String.Type) throws -> String { try string() }
    func decode(_ type: Double.Type) throws -> Double { try fraction() }
    func decode(_ type: Float.Type) throws -> Float { try fraction() }
    func decode(_ type: Int.Type) throws -> Int { try integer() }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer() }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer() }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer() }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer() }
    func decode(_ type: UInt.Type) throws -> UInt { try integer() }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer() }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer() }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer() }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer() }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoded(type) }
}
