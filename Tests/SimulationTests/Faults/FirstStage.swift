import Pipeline

/// Fans out into two parts.
struct FirstStage: Stage {
    static let name: StageName = "first"
    static let revision = 1
    static let limits = StageLimits(leaseSeconds: 30, timeoutSeconds: 600, attempts: 5, concurrency: 1)
    static let sends: [StageName] = ["second"]

    let handler: Handler
    /// What it tells one of its parts.
    let text: String?

    func handle(_ input: StepAsked, in context: StageContext) async throws -> Effects {
        let rows = try await handler.find("first")
        let steps = [StepAsked(part: "a"), StepAsked(part: "b", text: text)]
        return Effects(rows: rows, events: steps.map { OutgoingEvent($0, to: "second") })
    }
}
