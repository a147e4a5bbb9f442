internal import Logging
internal import Tracing

extension ProtobufWriter {
    /// Writes a `KeyValue` of `opentelemetry.proto.common.v1` whose value is text.
    mutating func attribute(_ field: Int, _ key: String, _ value: String) {
        keyValue(field, key) { $0.oneOf(AnyValueField.string, value.shortened) }
    }

    mutating func attribute(_ field: Int, _ key: String, _ value: SpanAttribute) {
        keyValue(field, key) { $0.anyValue(value) }
    }

    mutating func attribute(_ field: Int, _ key: String, _ value: Logger.MetadataValue) {
        keyValue(field, key) { $0.anyValue(value) }
    }

    private mutating func keyValue(_ field: Int, _ key: String, _ value: (inout ProtobufWriter) -> Void) {
        message(field) {
            $0.string(1, key)
            $0.message(2, value)
        }
    }

    private mutating func anyValue(_ value: SpanAttribute) {
        switch value {
        case .int32(let value): integer(AnyValueField.integer, Int(value))
        case .int64(let value): integer(AnyValueField.integer, Int(value))
        case .double(let value): double(AnyValueField.double, value)
        case .bool(let value): integer(AnyValueField.bool, value ? 1 : 0)
        case .string(let value): oneOf(AnyValueField.string, value.shortened)
        case .stringConvertible(let value): oneOf(AnyValueField.string, "\(value)".shortened)
        case .int32Array(let values): array(values) { $0.integer(AnyValueField.integer, Int($1)) }
        case .int64Array(let values): array(values) { $0.integer(AnyValueField.integer, Int($1)) }
        case .doubleArray(let values): array(values) { $0.double(AnyValueField.double, $1) }
        case .boolArray(let values): array(values) { $0.integer(AnyValueField.bool, $1 ? 1 : 0) }
        case .stringArray(let values): array(values) { $0.oneOf(AnyValueField.string, $1.shortened) }
        case .stringConvertibleArray(let values): array(values) { $0.oneOf(AnyValueField.string, "\($1)".shortened) }
        default: break
        }
    }

    private mutating func anyValue(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): oneOf(AnyValueField.string, text.shortened)
        case .stringConvertible(let value): oneOf(AnyValueField.string, value.description.shortened)
        case .array(let values): array(values) { $0.anyValue($1) }
        case .dictionary(let entries):
            message(AnyValueField.keyValues) { writer in
                for (key, entry) in entries.sorted(by: { $0.key < $1.key }) { writer.attribute(1, key, entry) }
            }
        }
    }

    private mutating func array<Value>(_ values: [Value], _ write: (inout ProtobufWriter, Value) -> Void) {
        message(AnyValueField.array) { writer in
            for value in values { writer.message(1) { write(&$0, value) } }
        }
    }
}

/// Numbers of the fields of `AnyValue`.
private enum AnyValueField {
    static let string = 1
    static let bool = 2
    static let integer = 3
    static let double = 4
    static let array = 5
    static let keyValues = 6
}

extension String {
    /// The text, cut where it is longer than an attribute may be: 4,096 characters.
    fileprivate var shortened: String { utf8.count <= 4096 ? self : String(prefix(4096)) }
}
