import Pipeline

/// Finds one moment, or ends in what the test wants.
struct LambdaTestStage: Stage {
    static let name: StageName = "echo"
    static let revision = 1
    static let limits = StageLimits(timeoutSeconds: 600, attempts: 3, concurrency: 2)
    static let sends: [StageName] = ["publish"]

    var behaviour: @Sendable (StageContext) async throws -> Void = { _ in }

    func handle(_ input: AssetReceived, in context: StageContext) async throws -> Effects {
        try await behaviour(context)
        return Effects(rows: [.moments([Moment(kind: .text, text: "found")])])
    }
}
