import Pipeline

/// The end of the chain.
struct ThirdStage: Stage {
    static let name: StageName = "third"
    static let revision = 1
    static let limits = StageLimits(leaseSeconds: 30, timeoutSeconds: 600, attempts: 5, concurrency: 1)
    static let sends: [StageName] = []

    let handler: Handler

    func handle(_ input: StepAsked, in context: StageContext) async throws -> Effects {
        Effects(rows: try await handler.find("third"))
    }
}
