package import Cloud
package import Pipeline

/// The models of the settings, over HTTP.
///
/// What fails in passing is tried again here, for a stage may have hours of work behind it; then the route's next model
/// is asked. Where none answers, the last fault is the caller's.
package struct HTTPModelClient: ModelClient {
    private static let attemptCount = 3
    /// A server that wants longer is left to the queue.
    private static let longestPause = Duration.seconds(10)
    private static let backOff = BackOff(base: .milliseconds(250), cap: .seconds(5), floor: .milliseconds(50))

    private let settings: ModelSettings
    private let http: any HTTPClient
    private let environment: [String: String]
    private let pause: @Sendable (Duration) async -> Void

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - settings: the models and routes.
    ///   - http: the transport.
    ///   - environment: holds the servers' keys.
    ///   - pause: waits between attempts; returns early where the task is cancelled.
    package init(
        settings: ModelSettings,
        http: any HTTPClient,
        environment: [String: String],
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.settings = settings
        self.http = http
        self.environment = environment
        self.pause = pause
    }

    package func embed(_ texts: [String]) async throws(Fault) -> ModelAnswer<[[Float]]> {
        try await routed(.embed) { caller throws(Fault) in try await Embeddings(caller).embed(texts) }
    }

    package func transcribe(_ samples: [Float]) async throws(Fault) -> ModelAnswer<[TimedWord]> {
        try await routed(.transcribe) { caller throws(Fault) in try await Transcription(caller).transcribe(samples) }
    }

    package func readText(in picture: RGBImage) async throws(Fault) -> ModelAnswer<[TextLine]> {
        try await routed(.readText) { caller throws(Fault) in try await TextReading(caller).read(picture) }
    }

    private func routed<Output: Sendable>(
        _ task: ModelTask,
        _ body: (ModelCaller) async throws(Fault) -> ModelAnswer<Output>
    ) async throws(Fault) -> ModelAnswer<Output> {
        var last = Fault.reject("model.\(task.rawValue)", "no model is set for this: route \(task.rawValue) is empty")
        for model in settings.routes[task] ?? [] {
            let key = model.keyVariable.flatMap { environment[$0] }
            let caller = ModelCaller(model: model, task: task, http: http, key: key)
            do throws(Fault) { return try await repeated { () throws(Fault) in try await body(caller) } } catch {
                guard error.faultClass != "reject", !Task.isCancelled else { throw error }
                last = error
            }
        }
        throw last
    }

    private func repeated<Value>(_ body: () async throws(Fault) -> Value) async throws(Fault) -> Value {
        var attempt = 1
        while true {
            let fault: Fault
            do throws(Fault) { return try await body() } catch { fault = error }
            guard attempt < Self.attemptCount, let delay = delay(after: fault, attempt: attempt) else { throw fault }
            await pause(delay)
            guard !Task.isCancelled else { throw fault }
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
