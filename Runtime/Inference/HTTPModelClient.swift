package import Cloud
package import Pipeline

/// The models of the settings, over HTTP.
///
/// What fails in passing is tried again here, for a stage may have hours of work behind it; then the route's next model
/// is asked. Where none answers, it is a retry if any of them was asked and failed, else throttled: waiting for servers that
/// are away or full takes none of a run's attempts.
package struct HTTPModelClient: ModelClient {
    private static let attemptCount = 3
    /// A server that wants longer is left to the queue.
    private static let longestPause = Duration.seconds(10)
    private static let backOff = BackOff(base: .milliseconds(250), cap: .seconds(5), floor: .milliseconds(50))

    private let settings: ModelSettings
    private let http: any HTTPClient
    private let environment: [String: String]
    private let pause: @Sendable (Duration) async -> Void
    private let observe: @Sendable (ModelCall) -> Void

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - settings: the models and routes.
    ///   - http: the transport.
    ///   - environment: holds the servers' keys.
    ///   - pause: waits between attempts; returns early where the task is cancelled.
    ///   - observe: hears of every request.
    package init(
        settings: ModelSettings,
        http: any HTTPClient,
        environment: [String: String],
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) },
        observe: @escaping @Sendable (ModelCall) -> Void = { _ in }
    ) {
        self.settings = settings
        self.http = http
        self.environment = environment
        self.pause = pause
        self.observe = observe
    }

    package func embed(_ texts: [String]) async throws(Fault) -> ModelAnswer<[[Float]]> {
        try await routed(.embed) { caller throws(Fault) in try await Embeddings(caller).embed(texts) }
    }

    package func transcribe(_ samples: [Float]) async throws(Fault) -> ModelAnswer<[TimedWord]> {
        try await routed(.transcribe, confidences: { $0.compactMap(\.confidence) }) { caller throws(Fault) in
            try await Transcription(caller).transcribe(samples)
        }
    }

    package func readText(in picture: RGBImage) async throws(Fault) -> ModelAnswer<[TextLine]> {
        try await routed(.readText, confidences: { $0.map(\.confidence) }) { caller throws(Fault) in
            try await TextReading(caller).read(picture)
        }
    }

    private func routed<Output: Sendable>(
        _ task: ModelTask,
        confidences: (Output) -> [Double] = { _ in [] },
        _ body: (ModelCaller) async throws(Fault) -> ModelAnswer<Output>
    ) async throws(Fault) -> ModelAnswer<Output> {
        var outcome: Fault?
        for model in settings.routes[task] ?? [] {
            let key = model.keyVariable.flatMap { environment[$0] }
            let caller = ModelCaller(model: model, task: task, http: http, key: key)
            do throws(Fault) {
                return try await repeated { () throws(Fault) in
                    try await observed(model, task, confidences) { () throws(Fault) in try await body(caller) }
                }
            } catch {
                guard error.faultClass != "reject", !Task.isCancelled else { throw error }
                outcome = error.joined(after: outcome)
            }
        }
        let operation = "model.\(task.rawValue)"
        throw outcome ?? Fault.reject(operation, "no model is set for this: route \(task.rawValue) is empty")
    }

    private func observed<Output: Sendable>(
        _ model: ServedModel,
        _ task: ModelTask,
        _ confidences: (Output) -> [Double],
        _ body: () async throws(Fault) -> ModelAnswer<Output>
    ) async throws(Fault) -> ModelAnswer<Output> {
        let began = ContinuousClock.now
        let result: Result<ModelAnswer<Output>, Fault>
        do throws(Fault) { result = .success(try await body()) } catch { result = .failure(error) }
        let answer = try? result.get()
        let confidences = answer.map { confidences($0.output) } ?? []
        var faultClass: String?
        if case .failure(let fault) = result { faultClass = fault.faultClass }
        observe(
            ModelCall(
                model: model.version,
                task: task,
                time: .now - began,
                units: answer?.units ?? 0,
                cost: (answer?.units ?? 0) * (model.pricePerUnit ?? 0),
                confidence: confidences.isEmpty ? nil : confidences.reduce(0, +) / Double(confidences.count),
                faultClass: faultClass
            )
        )
        return try result.get()
    }

    private func repeated<Value>(_ body: () async throws(Fault) -> Value) async throws(Fault) -> Value {
        var attempt = 1
        var earlier: Fault?
        while true {
            let fault: Fault
            do throws(Fault) { return try await body() } catch { fault = error }
            let outcome = fault.joined(after: earlier)
            guard attempt < Self.attemptCount, let delay = delay(after: fault, attempt: attempt) else { throw outcome }
            await pause(delay)
            guard !Task.isCancelled else { throw outcome }
            earlier = outcome
            attempt += 1
        }
    }

    /// How long to wait before the next attempt; nil where there is none.
    private func delay(after fault: Fault, attempt: Int) -> Duration? {
        var random = SystemRandomNumberGenerator()
        let backOff = Self.backOff.delay(afterAttempt: attempt, using: &random)
        switch fault.verdict {
        case .reject: return nil
        case .retry(let after), .throttled(let after):
            guard let after else { return backOff }
            return after <= Self.longestPause ? after + backOff : nil
        }
    }
}
