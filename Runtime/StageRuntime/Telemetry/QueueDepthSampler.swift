internal import Logging
internal import Pipeline

/// Asks the queues of a stage now and then how many messages wait, and records it. A request each time: for processes
/// whose metrics are on.
struct QueueDepthSampler: Sendable {
    /// Between two rounds. The jitter beside it keeps the workers of a stage from asking all at once.
    static let (period, longestJitter): (Duration, Duration) = (.seconds(30), .seconds(5))

    private let stage: StageName
    private let lanes: [Lane]
    private let world: World
    private let pause: @Sendable (Duration) async throws -> Void

    /// - Parameters:
    ///   - stage: whose queues are asked.
    ///   - lanes: those that the process serves.
    ///   - world: has the queues, and the metrics.
    ///   - pause: waits; where it throws, there are no more rounds.
    init(
        stage: StageName,
        lanes: [Lane],
        world: World,
        pause: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.stage = stage
        self.lanes = lanes
        self.world = world
        self.pause = pause
    }

    /// Asks until the task is cancelled.
    func run() async {
        var wait = Duration.zero
        while await hasWaited(wait + jitter) {
            for lane in lanes { await sample(lane) }
            wait = Self.period
        }
    }

    /// What can't be found out is left out: the gauge keeps what it was told last.
    private func sample(_ lane: Lane) async {
        do throws(Fault) {
            guard let count = try await world.queues(stage, lane).depth() else { return }
            world.metrics.queueDepth(count, of: lane)
        } catch {
            let facts: Logger.Metadata = ["lane": "\(lane)", "fault": "\(error)"]
            world.logger.debug("the queue's depth could not be found out", metadata: facts)
        }
    }

    private var jitter: Duration { Self.longestJitter * Double.random(in: 0...1) }

    private func hasWaited(_ duration: Duration) async -> Bool {
        do { try await pause(duration) } catch { return false }
        return !Task.isCancelled
    }
}
