import Pipeline

/// Runs when all others are closed.
struct LastStage: Stage {
    static let name: StageName = "publish"
    static let revision = 1
    static let limits = StageLimits(leaseSeconds: 30, timeoutSeconds: 600, attempts: 5, concurrency: 1)
    static let sends: [StageName] = []

    let handler: Handler

    func handle(_ input: AssetCompleted, in context: StageContext) async throws -> Effects {
        Effects(rows: try await handler.find("publish") + [.publish(.complete, reason: nil)])
    }
}
