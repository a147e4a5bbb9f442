/// The object ids of built-in types (PostgreSQL's `pg_type.dat`), stable across versions.
enum PostgresType: UInt32 {
    case bool = 16
    case bytes = 17
    case name = 19
    case int8 = 20
    case int2 = 21
    case int4 = 23
    case text = 25
    case json = 114
    case float4 = 700
    case float8 = 701
    case int4Array = 1007
    case textArray = 1009
    case int8Array = 1016
    case varchar = 1043
    case uuid = 2950
    case jsonb = 3802

    /// No type: the server infers it.
    static let unknown: UInt32 = 0
}
