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
    /// or an operator stood in its way.
    package var isTransient: Bool { ["08", "40", "53", "57"].contains(sqlState.prefix(2)) }

    /// What a port's caller gets.
    package func fault(_ operation: String) -> Fault {
        isTransient
            ? .retry(operation, underlying: self)
            : .reject(operation, "the database refused the statement", underlying: self)
    }
}

extension PostgresError: CustomStringConvertible {
    package var description: String {
        let place = statement.map { " in: \($0)" } ?? ""
        return "\(message) (\(sqlState))\(place)"
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
