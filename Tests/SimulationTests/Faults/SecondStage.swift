import Pipeline

/// Has two parts; the first asks for the third stage.
struct SecondStage: Stage {
    static let name: StageName = "second"
    static let revision = 1
    static let limits = StageLimits(leaseSeconds: 30, timeoutSeconds: 600, attempts: 5, concurrency: 1)
    static let sends: [StageName] = ["third"]

    let handler: Handler
    /// What the first stage has told the second part.
    let text: String?

    func handle(_ input: StepAsked, in context: StageContext) async throws -> Effects {
        let isWhole = input.text == (input.part == "b" ? text : nil)
        let rows = try await handler.find(isWhole ? "second/\(input.part)" : "another text")
        let events = input.part == "a" ? [OutgoingEvent(StepAsked(), to: "third")] : []
        return Effects(rows: rows, events: events)
    }
}
