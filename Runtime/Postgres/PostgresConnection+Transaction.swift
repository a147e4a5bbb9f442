extension PostgresConnection {
    /// Runs `body` in a transaction: committed when it returns, taken back when it throws.
    ///
    /// - Parameters:
    ///   - isolation: what it sees of others.
    ///   - body: runs its statements on the connection it is given.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws; ``PostgresError``, where the transaction can't begin or be committed.
    package nonisolated func transaction<T: Sendable>(
        isolation: TransactionIsolation = .readCommitted,
        _ body: (PostgresConnection) async throws -> T
    ) async throws -> T {
        try await script("BEGIN ISOLATION LEVEL \(isolation.rawValue)")
        do {
            let value = try await body(self)
            let commit = try await script("COMMIT")
            // The server answers so where a statement had failed and its error went unheeded.
            guard commit.tag == "COMMIT" else {
                throw PostgresError(sqlState: "25P02", message: "a statement of the transaction had failed")
            }
            return value
        } catch {
            // Where this fails too, the connection is lost, and with it the transaction.
            try? await rollback()
            throw error
        }
    }
}
