/// What a statement gave.
package struct PostgresResult: Sendable {
    package let rows: [Row]
    /// Rows that were returned or changed.
    package let rowCount: Int
    /// The command's tag: "INSERT 0 1", "COMMIT".
    package let tag: String
}
