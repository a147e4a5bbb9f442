import CLibPQ
import Glibc

/// Owns libpq's connection.
///
/// Safe to send because exactly one ``PostgresConnection`` holds it and all calls run on that one's serial executor.
final class ConnectionHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    private init(_ pointer: OpaquePointer) { self.pointer = pointer }

    deinit { PQfinish(pointer) }

    /// Connects; blocks until the server has answered or the limit has passed.
    ///
    /// - Throws: 08001, where there is no connection; 22023, where the URL is none.
    static func open(_ settings: PostgresSettings) throws(PostgresError) -> ConnectionHandle {
        try validate(settings.url)
        // A server that vanishes is noticed after 15 s of silence. What the URL says goes before these.
        let options = [
            ("application_name", settings.applicationName), ("client_encoding", "UTF8"),
            ("connect_timeout", String(settings.connectLimit.components.seconds)), ("tcp_user_timeout", "15000"),
            ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("dbname", settings.url),
        ]
        guard let pointer = connect(options) else {
            throw PostgresError(sqlState: "08001", message: "no memory for a connection")
        }
        let handle = ConnectionHandle(pointer)
        guard PQstatus(pointer) == CONNECTION_OK else {
            throw PostgresError(sqlState: "08001", message: handle.errorMessage)
        }
        clibpq_ignore_notices(pointer)
        return handle
    }

    /// libpq's words on what failed last, in one line.
    var errorMessage: String {
        String(cString: PQerrorMessage(pointer)).split(separator: "\n").joined(separator: "; ")
    }

    /// libpq's own complaint would quote the URL with its password.
    private static func validate(_ url: String) throws(PostgresError) {
        let options = PQconninfoParse(url, nil)
        defer { PQconninfoFree(options) }
        guard options != nil, url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") else {
            throw PostgresError(sqlState: "22023", message: "DATABASE_URL is not a PostgreSQL connection URL")
        }
    }

    private static func connect(_ options: [(key: String, value: String)]) -> OpaquePointer? {
        let keys = options.map { strdup($0.key) }
        let values = options.map { strdup($0.value) }
        defer { for text in keys + values { free(text) } }
        let keyList = keys.map { UnsafePointer($0) } + [nil]
        let valueList = values.map { UnsafePointer($0) } + [nil]
        return PQconnectdbParams(keyList, valueList, 1)
    }
}
