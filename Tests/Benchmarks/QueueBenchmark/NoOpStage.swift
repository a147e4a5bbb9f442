import Pipeline

/// A stage that finds nothing: what is measured is the runtime around it.
struct NoOpStage: Stage {
    static let name: StageName = "bench"
    static let revision = 1
    static let limits = StageLimits(timeoutSeconds: 600, concurrency: 160)
    static let sends: [StageName] = []

    func handle(_ asked: AskedEvent, in context: StageContext) -> Effects { .none }
}
