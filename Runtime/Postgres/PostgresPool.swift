package import Pipeline
import Synchronization

/// Connections that are shared: at most so many, opened when wanted, closed when nobody wants them.
///
/// Retries nothing: a fault says whether the whole work may be tried again.
package final class PostgresPool: Sendable {
    private struct Resting: Sendable {
        let connection: PostgresConnection
        let since: ContinuousClock.Instant
    }

    private struct State: Sendable {
        /// The longest-resting first.
        var resting: [Resting] = []
        var isSweeping = false
    }

    private let settings: PostgresSettings
    private let permits: Permits
    private let state = Mutex(State())

    package init(_ settings: PostgresSettings) {
        self.settings = settings
        permits = Permits(count: settings.connectionCount)
    }

    /// Connections that are open and not in use.
    package var idleCount: Int { state.withLock { $0.resting.count } }

    /// Lends a connection for the time of `body`.
    ///
    /// - Parameters:
    ///   - operation: what the fault names: "postgres.commit".
    ///   - body: must not keep the connection, nor leave a transaction open.
    /// - Returns: what `body` returns.
    /// - Throws: `body`'s fault, or its ``PostgresError`` as one; retry, where no connection was free or to be had.
    package func withConnection<T: Sendable>(
        _ operation: String,
        _ body: (PostgresConnection) async throws -> T
    ) async throws(Fault) -> T {
        do {
            try await acquire()
            defer { permits.release() }
            let connection = try await openOrReuse()
            do {
                let value = try await body(connection)
                await rest(connection)
                return value
            } catch {
                if (error as? PostgresError)?.isReadOnlyServer != true { await rest(connection) }
                throw error
            }
        } catch let fault as Fault {
            throw fault
        } catch let error as PostgresError {
            throw error.fault(operation)
        } catch {
            throw .retry(operation, underlying: error)
        }
    }

    /// Runs `body` in one transaction that sees the rows of one tenant.
    ///
    /// - Parameters:
    ///   - operation: what the fault names: "postgres.commit".
    ///   - tenant: row-level security shows its rows and no others.
    ///   - isolation: what it sees of others.
    ///   - body: committed when it returns, taken back when it throws.
    /// - Returns: what `body` returns.
    /// - Throws: see ``withConnection(_:_:)``.
    package func transaction<T: Sendable>(
        _ operation: String,
        tenant: Tenant,
        isolation: TransactionIsolation = .readCommitted,
        _ body: (PostgresConnection) async throws -> T
    ) async throws(Fault) -> T {
        try await withConnection(operation) { connection in
            try await connection.transaction(isolation: isolation) { connection in
                try await connection.query("SELECT set_config('media.tenant', $1, true)", [.text(tenant.rawValue)])
                return try await body(connection)
            }
        }
    }

    private func acquire() async throws(PostgresError) {
        switch await permits.acquire(within: settings.waitLimit) {
        case .granted: return
        case .cancelled: throw .cancelled()
        case .timedOut: throw PostgresError(sqlState: "53300", message: "no connection was free in time")
        }
    }

    private func openOrReuse() async throws(PostgresError) -> PostgresConnection {
        while let resting = state.withLock({ $0.resting.popLast() }) {
            // The server may have ended the session meanwhile.
            if await resting.connection.isIdle { return resting.connection }
        }
        return try await PostgresConnection.connect(settings)
    }

    /// Keeps a connection for the next caller; one that is not sound, or in a transaction still, is closed.
    private func rest(_ connection: PostgresConnection) async {
        guard await connection.isIdle else { return }
        let startsSweeping = state.withLock { state in
            state.resting.append(Resting(connection: connection, since: .now))
            defer { state.isSweeping = true }
            return !state.isSweeping
        }
        guard startsSweeping else { return }
        Task { [weak self] in
            while let wait = self?.sweep() { try? await Task.sleep(for: wait) }
        }
    }

    /// Closes what has rested for too long.
    ///
    /// - Returns: when to look again; nil, where nothing rests.
    private func sweep() -> Duration? {
        state.withLock { state in
            let now = ContinuousClock.now
            state.resting.removeAll { now - $0.since >= settings.idleLimit }
            guard let oldest = state.resting.first else {
                state.isSweeping = false
                return nil
            }
            return settings.idleLimit - (now - oldest.since)
        }
    }
}
