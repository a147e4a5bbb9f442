import Synchronization

/// One property on one server.
final class ContractRun: Sendable {
    @TaskLocal static var current: ContractRun?

    private struct State {
        var server: ContractServer?
        var hasIssues = false
    }

    private let state = Mutex(State())

    var server: ContractServer? { state.withLock { $0.server } }
    var hasIssues: Bool { state.withLock { $0.hasIssues } }

    /// Says what the test that runs is run against.
    static func uses(_ server: ContractServer) { current?.state.withLock { $0.server = server } }

    func takeIssue() { state.withLock { $0.hasIssues = true } }
}
