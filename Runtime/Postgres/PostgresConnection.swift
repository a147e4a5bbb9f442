import CLibPQ
import Glibc

/// One session with the server. Statements run one after the other, on a thread of the connection's own.
///
/// Cancelling the task that waits for a statement cancels the statement on the server. The session ends when the last
/// reference goes.
package actor PostgresConnection {
    private enum Limits {
        /// Statements that the server keeps prepared for this session; then all are forgotten.
        static let preparedCount = 256
        /// How long after the statement's limit the server's silence means that it is gone.
        static let silence: Duration = .seconds(15)
    }

    /// One text may stand in the cache several times: NULL has no type of its own.
    private struct PreparedKey: Hashable {
        let sql: String
        let types: [UInt32]
    }

    let handle: ConnectionHandle
    let wakeUp = WakeUp()
    let answerLimit: Duration
    private let executor: ConnectionExecutor
    private var prepared: [PreparedKey: String] = [:]
    private var preparedCount = 0

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private init(handle: ConnectionHandle, executor: ConnectionExecutor, settings: PostgresSettings) {
        self.handle = handle
        self.executor = executor
        answerLimit = settings.statementLimit + Limits.silence
    }

    /// Begins a session.
    ///
    /// - Parameter settings: where the server is, and the session's limits.
    /// - Returns: a session outside any transaction.
    /// - Throws: class 08, where the server can't be reached in time or turns us away.
    package static func connect(_ settings: PostgresSettings) async throws(PostgresError) -> PostgresConnection {
        let executor = ConnectionExecutor()
        let opened = await executor.run { () -> Result<ConnectionHandle, PostgresError> in
            do throws(PostgresError) { return .success(try .open(settings)) } catch { return .failure(error) }
        }
        let connection = PostgresConnection(handle: try opened.get(), executor: executor, settings: settings)
        let milliseconds = settings.statementLimit / .milliseconds(1)
        try await connection.script("SET statement_timeout = \(Int(milliseconds))")
        return connection
    }

    /// Runs one statement.
    ///
    /// - Parameters:
    ///   - sql: with `$1`, `$2`, ... for the parameters; a text of the code, never put together from data.
    ///   - parameters: their values.
    /// - Returns: its rows.
    /// - Throws: what the server says of it; 57014, where the task was cancelled.
    @discardableResult
    package func query(
        _ sql: String,
        _ parameters: [PostgresValue] = []
    ) async throws(PostgresError) -> PostgresResult {
        let encoded = try ParameterEncoder(parameters)
        return try await cancellable(sql) { connection throws(PostgresError) in
            let name = try connection.prepare(sql, types: encoded.types)
            return try connection.execute(name, encoded, sql)
        }
    }

    /// Runs statements without parameters, parted by semicolons: migrations and settings.
    ///
    /// - Returns: the last statement's result.
    /// - Throws: what the server says of the first that failed; 57014, where the task was cancelled.
    @discardableResult
    package func script(_ sql: String) async throws(PostgresError) -> PostgresResult {
        try await cancellable(sql) { connection throws(PostgresError) in try connection.run(sql) }
    }

    /// Takes back the transaction, even in a task that was cancelled.
    ///
    /// - Throws: where the connection is lost; the server has then taken it back.
    package func rollback() throws(PostgresError) {
        wakeUp.clear()
        try run("ROLLBACK")
    }

    /// Whether the session is sound and outside any transaction.
    package var isIdle: Bool {
        guard PQstatus(handle.pointer) == CONNECTION_OK, PQtransactionStatus(handle.pointer) == PQTRANS_IDLE else {
            return false
        }
        // A server says nothing unasked, but that it ends the session.
        var socket = pollfd(fd: PQsocket(handle.pointer), events: Int16(POLLIN), revents: 0)
        return poll(&socket, 1, 0) == 0
    }

    /// Sends a statement, and waits; a cancelled task sets ``wakeUp``, which the wait watches.
    private func cancellable(
        _ sql: String,
        _ work: (isolated PostgresConnection) throws(PostgresError) -> PostgresResult
    ) async throws(PostgresError) -> PostgresResult {
        guard !Task.isCancelled else { throw .cancelled(statement: sql) }
        wakeUp.clear()
        let wakeUp = wakeUp
        let result: Result<PostgresResult, PostgresError> = await withTaskCancellationHandler {
            do throws(PostgresError) { return .success(try work(self)) } catch { return .failure(error) }
        } onCancel: {
            wakeUp.set()
        }
        return try result.get()
    }

    @discardableResult
    private func run(_ sql: String) throws(PostgresError) -> PostgresResult {
        try sent(PQsendQuery(handle.pointer, sql), sql)
        return try answer(to: sql)
    }

    /// The name of the prepared statement for a text.
    private func prepare(_ sql: String, types: [UInt32]) throws(PostgresError) -> String {
        let key = PreparedKey(sql: sql, types: types)
        if let name = prepared[key] { return name }
        if prepared.count >= Limits.preparedCount {
            try run("DEALLOCATE ALL")
            prepared = [:]
        }
        preparedCount += 1
        let name = "s\(preparedCount)"
        try sent(PQsendPrepare(handle.pointer, name, sql, Int32(types.count), types), sql)
        _ = try answer(to: sql)
        prepared[key] = name
        return name
    }

    private func execute(
        _ name: String,
        _ parameters: ParameterEncoder,
        _ sql: String
    ) throws(PostgresError) -> PostgresResult {
        let isSent = parameters.buffer.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { buffer in
                let values = parameters.offsets.map { offset in
                    offset.flatMap { place in buffer.baseAddress.map { $0 + place } }
                }
                return PQsendQueryPrepared(
                    handle.pointer,
                    name,
                    Int32(values.count),
                    values,
                    parameters.byteCounts,
                    parameters.formats,
                    1
                )
            }
        }
        try sent(isSent, sql)
        return try answer(to: sql)
    }

    private func sent(_ isSent: Int32, _ sql: String) throws(PostgresError) {
        guard isSent == 1 else { throw .connectionLost(handle.errorMessage, statement: sql) }
    }
}
