import Pipeline

/// Never ends by itself.
struct SlowStage: Stage {
    static let name: StageName = "slow"
    static let revision = 1
    static let limits = StageLimits(leaseSeconds: 10, timeoutSeconds: 1, attempts: 3, concurrency: 1)
    static let sends: [StageName] = []

    func handle(_ input: AssetReceived, in context: StageContext) async throws -> Effects {
        try await Task.sleep(for: .seconds(600))
        return .none
    }
}
