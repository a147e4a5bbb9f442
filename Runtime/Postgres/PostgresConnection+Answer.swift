import CLibPQ
import Glibc

extension PostgresConnection {
    /// Waits for all results of what was sent.
    ///
    /// - Returns: the last one.
    /// - Throws: the first error among them.
    func answer(to sql: String) throws(PostgresError) -> PostgresResult {
        let deadline = ContinuousClock.now + answerLimit
        var last: PostgresResult?
        var failure: PostgresError?
        while true {
            try waitForResult(sql, until: deadline)
            guard let result = PQgetResult(handle.pointer) else { break }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
                last = PostgresResult(result)
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                // The results would never end; a session that is not idle is thrown away.
                throw PostgresError(sqlState: "0A000", message: "COPY is not spoken here", statement: sql)
            default:
                if failure == nil { failure = error(result, sql) }
            }
        }
        if let failure { throw failure }
        guard let last else { throw .connectionLost(handle.errorMessage, statement: sql) }
        return last
    }

    private func error(_ result: OpaquePointer, _ sql: String) -> PostgresError {
        // No code: libpq itself speaks, of a connection that ended.
        guard let sqlState = clibpq_sqlstate(result) else {
            return .connectionLost(handle.errorMessage, statement: sql)
        }
        return PostgresError(
            sqlState: String(cString: sqlState),
            message: clibpq_message(result).map { String(cString: $0) } ?? "",
            statement: sql,
            constraint: clibpq_constraint(result).map { String(cString: $0) }
        )
    }

    private func waitForResult(_ sql: String, until deadline: ContinuousClock.Instant) throws(PostgresError) {
        while PQisBusy(handle.pointer) == 1 {
            let milliseconds = (deadline - .now) / .milliseconds(1)
            guard milliseconds > 0 else {
                // Makes the connection unsound: the session is not idle.
                throw .connectionLost("the server was silent for too long", statement: sql)
            }
            var watched = [
                pollfd(fd: PQsocket(handle.pointer), events: Int16(POLLIN), revents: 0),
                pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            let ready = poll(&watched, 2, Int32(clamping: Int(milliseconds.rounded(.up))))
            guard ready >= 0 || errno == EINTR else {
                throw .connectionLost("poll failed: \(errno)", statement: sql)
            }
            if watched[1].revents != 0 { cancelStatement() }
            if watched[0].revents != 0, PQconsumeInput(handle.pointer) == 0 {
                throw .connectionLost(handle.errorMessage, statement: sql)
            }
        }
    }

    /// Asks the server to break off the statement; its answer is then an error, 57014, or the result, if it was done.
    private func cancelStatement() {
        wakeUp.clear()
        guard let cancel = PQgetCancel(handle.pointer) else { return }
        defer { PQfreeCancel(cancel) }
        var complaint = [CChar](repeating: 0, count: 256)
        _ = PQcancel(cancel, &complaint, Int32(complaint.count))
    }
}

extension PostgresResult {
    /// Copies libpq's result.
    init(_ result: OpaquePointer) {
        let columns = (0..<PQnfields(result)).map { index in
            Column(name: String(cString: PQfname(result, index)), type: PQftype(result, index))
        }
        rows = (0..<PQntuples(result)).map { row in
            Row(columns: columns, cells: columns.indices.map { Self.cell(result, row, Int32($0)) })
        }
        rowCount = Int(String(cString: PQcmdTuples(result))) ?? 0
        tag = String(cString: PQcmdStatus(result))
    }

    private static func cell(_ result: OpaquePointer, _ row: Int32, _ column: Int32) -> [UInt8]? {
        guard PQgetisnull(result, row, column) == 0, let bytes = PQgetvalue(result, row, column) else { return nil }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(PQgetlength(result, row, column))))
    }
}
