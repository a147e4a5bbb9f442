/// How to reach the database, and the limits on everything that waits.
package struct PostgresSettings: Sendable {
    /// `DATABASE_URL`: a libpq connection URL. May hold a password; never printed.
    package let url: String
    /// What the server's list of sessions shows.
    package var applicationName = "media"
    /// Whole seconds, at least 2.
    package var connectLimit: Duration = .seconds(5)
    /// The server ends a statement that takes longer.
    package var statementLimit: Duration = .seconds(30)
    package var connectionCount = 4
    /// How long a caller waits for a connection to be free.
    package var waitLimit: Duration = .seconds(30)
    /// A connection that nobody used for so long is closed.
    package var idleLimit: Duration = .seconds(300)

    package init(url: String) { self.url = url }
}

extension PostgresSettings: CustomStringConvertible {
    package var description: String { "\(applicationName), at most \(connectionCount) connections" }
}
