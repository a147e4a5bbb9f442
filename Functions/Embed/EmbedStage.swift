import Pipeline

/// Turns the text of moments into vectors, so that they are found by meaning.
struct EmbedStage: Stage {
    static let name: StageName = "embed"
    static let revision = 1
    static let limits = StageLimits(timeoutSeconds: 3600, concurrency: 2)
    static let resources = StageResources(maxTasks: 50, backlogPerTask: 200, models: ["embed"])
    static let sends: [StageName] = []
    /// Texts in one request.
    private static let batch = 32

    func handle(_ ready: TextReady, in context: StageContext) async throws -> Effects {
        let moments = try await context.catalog.moments(
            of: context.asset,
            generation: context.generation,
            kinds: [ready.moments],
            of: context.tenant
        )
        var vectors: [ModelVersion: [MomentVector]] = [:]
        var rows: [CatalogWrite] = []
        for start in stride(from: 0, to: moments.count, by: Self.batch) {
            let batch = moments[start..<min(start + Self.batch, moments.count)]
            let answer = try await context.models.embed(batch.map(\.moment.text))
            vectors[answer.model, default: []] += zip(batch, answer.output).map { stored, values in
                MomentVector(moment: stored.key, values: values)
            }
            rows.append(.usage(ModelUsage(model: answer.model, requestCount: 1, units: answer.units)))
            context.progress(Double(start + batch.count) / Double(moments.count))
        }
        guard vectors.count < 2 else {
            throw Fault.retry("embed: the model was exchanged while it was used")
        }
        rows += vectors.map { .vectors(model: $0.key, $0.value) }
        return Effects(rows: rows, isEmpty: moments.isEmpty)
    }
}
