package import Pipeline

/// What the server, or the way to it, gave instead of a result. Never holds a parameter's value.
package struct PostgresError: Error, Sendable, Equatable {
    /// Five characters (PostgreSQL's manual, appendix A); class 08 where the connection failed.
    package let sqlState: String
    package let message: String
    /// The SQL text, where one was sent.
    package let statement: String?
    /// The constraint that was violated.
    package let constraint: String?

    package init(sqlState: String, message: String, statement: String? = nil, constraint: String? = nil) {
        self.sqlState = sqlState
        self.message = sqlState.hasPrefix("22") ? Self.withoutQuotation(message) : message
        self.statement = statement
        self.constraint = constraint
    }

    /// Data exceptions quote the value that they complain of.
    private static func withoutQuotation(_ message: String) -> String {
        guard let first = message.firstIndex(of: "\""), let last = message.lastIndex(of: "\"") else { return message }
        return message[..<first] + "…" + message[last...].dropFirst()
    }

    package var isUniqueViolation: Bool { sqlState == "23505" }

    /// Whether the same work may succeed later: the connection, a conflict of transactions, the server's resources,
    /// an operator, a lock, or a server that has become the standby of another stood in its way.
    package var isTransient: Bool {
        ["08", "40", "53", "57"].contains(sqlState.prefix(2)) || isLockTimeout || isReadOnlyServer
    }

    /// Whether a lock was not to be had in time.
    var isLockTimeout: Bool { sqlState == "55P03" }

    /// Whether the server takes no writes: after a failover, the session is with the wrong one.
    var isReadOnlyServer: Bool { sqlState == "25006" }

    /// Whether the statement names a column, a table or a function that is not there: the database has not been migrated
    /// to this build yet.
    package var isBeforeMigration: Bool { ["42703", "42P01", "42883"].contains(sqlState) }

    /// What a port's caller gets.
    package func fault(_ operation: String) -> Fault {
        if isTransient { return .retry(operation, underlying: self) }
        // Not an attempt: a migration may take an hour, and whoever tries meanwhile is to lose nothing.
        if isBeforeMigration {
            return Fault(operation: operation, verdict: .throttled(after: Self.migrationPause), underlying: self)
        }
        return .reject(operation, "the database refused the statement", underlying: self)
    }

    private static let migrationPause: Duration = .seconds(10)
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        let place = statement.map { " in: \($0)" } ?? ""
        let advice = isBeforeMigration ? "; `media migrate` brings the tables up to date" : ""
        return "\(message) (\(sqlState)\(advice))\(place)"
    }
}

extension PostgresError {
    static func connectionLost(_ message: String, statement: String? = nil) -> PostgresError {
        PostgresError(sqlState: "08006", message: message, statement: statement)
    }

    static func cancelled(statement: String? = nil) -> PostgresError {
        PostgresError(sqlState: "57014", message: "the task was cancelled", statement: statement)
    }
}
