/// The fields of an object, for ``PlainDecoder``.
struct PlainFields<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let fields: [PlainValue.Field]
    private let doubt: PlainDecoder.Doubt

    init(_ fields: [PlainValue.Field], _ doubt: PlainDecoder.Doubt) {
        self.fields = fields
        self.doubt = doubt
    }

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { fields.compactMap { Key(stringValue: $0.key) } }
    func contains(_ key: Key) -> Bool { find(key) != nil }

    private func find(_ key: Key) -> PlainValue? {
        let name = key.stringValue
        return fields.first { $0.key == name }?.value
    }

    private func field(_ key: Key) throws -> PlainDecoder {
        guard let value = find(key) else { throw doubt.raise() }
        return PlainDecoder(value, doubt)
    }

    func decodeNil(forKey key: Key) throws -> Bool { try field(key).isNull }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try field(key).bool() }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try field(key).string() }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try field(key).fraction() }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try field(key).fraction() }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try field(key).integer() }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try field(key).integer() }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try field(key).integer() }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try field(key).integer() }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try field(key).integer() }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try field(key).integer() }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try field(key).integer() }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try field(key).integer() }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try field(key).integer() }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try field(key).integer() }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value { try field(key).decoded(type) }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> { try field(key).container(keyedBy: type) }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw doubt.raise() }
    func superDecoder() throws -> any Decoder { throw doubt.raise() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw doubt.raise() }
}
