package import FoundationEssentials

/// A parameter or a cell.
package enum PostgresValue: Hashable, Sendable {
    case null
    /// Sent without a type: the server reads it as the type that the statement wants (text, uuid, jsonb, halfvec, ...).
    case text(String)
    case int64(Int64)
    case double(Double)
    case bool(Bool)
    case bytes([UInt8])
    case uuid(UUID)
    case textArray([String])
    case int64Array([Int64])

    package static func int(_ value: Int) -> PostgresValue { .int64(Int64(value)) }

    package static func text(orNull value: String?) -> PostgresValue { value.map(PostgresValue.text) ?? .null }
    package static func int64(orNull value: Int64?) -> PostgresValue { value.map(PostgresValue.int64) ?? .null }
    package static func double(orNull value: Double?) -> PostgresValue { value.map(PostgresValue.double) ?? .null }
}
