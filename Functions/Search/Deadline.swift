/// Something took longer than it was given.
struct DeadlineExceeded: Error {}

/// Runs an operation, and cancels it where it takes too long.
///
/// - Parameters:
///   - limit: how long it may take.
///   - operation: must end soon after it is cancelled.
/// - Returns: what the operation returns.
/// - Throws: `DeadlineExceeded`, or what the operation throws.
func within<Value: Sendable>(
    _ limit: Duration,
    _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw DeadlineExceeded()
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw DeadlineExceeded() }
        return first
    }
}
