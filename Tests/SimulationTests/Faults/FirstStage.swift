import Pipeline

/// Fans out into two parts.
struct FirstStage: Stage {
    static let name: StageName = "first"
    static let revision = 1
    static let limits = StageLimits(leaseSeconds: 30, timeoutSeconds: 600, attempts: 5, concurrency: 1)
    static let sends: [StageName] = ["second"]

    let handler: Handler

    func handle(_ input: StepAsked, in context: StageContext) async throws -> Effects {
        let rows = try await handler.find("first")
        let events = ["a", "b"].map { OutgoingEvent(StepAsked(part: $0), to: "second") }
        return Effects(rows: rows, events: events)
    }
}
