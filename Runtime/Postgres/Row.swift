/// One row of a result.
package struct Row: Sendable {
    let columns: [Column]
    let cells: [[UInt8]?]

    /// Reads a cell that is never NULL.
    ///
    /// - Throws: where there is no such column, it is NULL, or of another type than asked for.
    package func get<T: PostgresDecodable>(_ name: String, as type: T.Type = T.self) throws(PostgresError) -> T {
        guard let value: T = try getIfPresent(name) else {
            throw PostgresError(sqlState: "22004", message: "column \(name) is NULL")
        }
        return value
    }

    /// Reads a cell that may be NULL.
    ///
    /// - Throws: where there is no such column, or it is of another type than asked for.
    package func getIfPresent<T: PostgresDecodable>(
        _ name: String,
        as type: T.Type = T.self
    ) throws(PostgresError) -> T? {
        guard let index = columns.firstIndex(where: { $0.name == name }) else {
            throw PostgresError(sqlState: "42703", message: "the result has no column \(name)")
        }
        guard let bytes = cells[index] else { return nil }
        guard let cell = CellDecoder.value(bytes, type: columns[index].type), let value = T(cell) else {
            throw PostgresError(
                sqlState: "42804",
                message: "column \(name) is of type \(columns[index].type), which is not read as \(T.self)"
            )
        }
        return value
    }
}

/// A column of a result.
struct Column: Sendable {
    let name: String
    /// An object id of `pg_type`.
    let type: UInt32
}
