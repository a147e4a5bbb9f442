package import CoreMetrics
internal import Metrics
package import Pipeline

/// The instruments that the runtime records, made once per stage; where metrics are off, recording does nothing.
package final class StageMetrics: Sendable {
    /// Whether anything is recorded: what is costly to find out need not be, otherwise.
    package let isOn: Bool
    private let consumed: Counter
    private let ages: [Lane: Timer]
    private let oldest: [Lane: Meter]
    private let settled: [SettledOutcome: Counter]
    private let settling: Timer
    private let handling: Timer
    /// By the fault's class.
    private let failing: [String: Timer]
    private let retries: Counter
    /// By the fault's class.
    private let deadLetters: [String: Counter]
    private let leasesLost: Counter
    private let leasesExtended: Counter
    private let refused: [ClaimRefusal: Counter]
    private let swept: Counter
    private let slotUsage: Meter
    private let slotLimit: Meter
    private let polls: Meter
    private let depths: [Lane: Meter]
    /// By the lane, and by the state that is shown.
    private let published: [Lane: [AssetState: Timer]]

    /// Makes the instruments.
    ///
    /// - Parameters:
    ///   - factory: of the process's telemetry.
    ///   - stage: that is recorded.
    ///   - system: of messages, by its name in the semantic conventions: `aws_sqs`, `gcp_pubsub`.
    ///   - destination: the queue's name.
    package init(_ factory: any MetricsFactory, stage: StageName, system: String, destination: String) {
        isOn = !(factory is NOOPMetricsHandler)
        let base = [("media.stage", stage.rawValue)]
        let messaging = base + [("messaging.system", system), ("messaging.destination.name", destination)]
        let counter = { (name: String, more: [(String, String)]) in
            Counter(label: name, dimensions: base + more, factory: factory)
        }
        let meter = { (name: String) in Meter(label: name, dimensions: base, factory: factory) }
        let timer = { (name: String) in Timer(label: name, dimensions: base, factory: factory) }
        consumed = Counter(
            label: "messaging.client.consumed.messages",
            dimensions: messaging + [("messaging.operation.name", "receive")],
            factory: factory
        )
        func byLane<Instrument>(_ make: ([(String, String)]) -> Instrument) -> [Lane: Instrument] {
            let pairs = Lane.allCases.map { ($0, make(base + [("media.lane", $0.rawValue)])) }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
        ages = byLane { Timer(label: "media.message.age", dimensions: $0, factory: factory) }
        oldest = byLane { Meter(label: "media.message.age.max", dimensions: $0, factory: factory) }
        settled = Dictionary(
            uniqueKeysWithValues: SettledOutcome.allCases.map {
                ($0, counter("media.message.settled", [("media.outcome", $0.rawValue)]))
            }
        )
        settling = timer("media.message.settle.duration")
        let processing = { (more: [(String, String)]) in
            let dimensions = messaging + [("messaging.operation.name", "process")] + more
            return Timer(label: "messaging.process.duration", dimensions: dimensions, factory: factory)
        }
        handling = processing([])
        failing = Dictionary(uniqueKeysWithValues: Self.faultClasses.map { ($0, processing([("error.type", $0)])) })
        retries = counter("media.message.retried", [])
        deadLetters = Dictionary(
            uniqueKeysWithValues: Self.faultClasses.map {
                ($0, counter("media.dead_letter.sent", [("error.type", $0)]))
            }
        )
        leasesLost = counter("media.lease.lost", [])
        leasesExtended = counter("media.lease.extended", [])
        refused = Dictionary(
            uniqueKeysWithValues: ClaimRefusal.allCases.map {
                ($0, counter("media.claim.refused", [("media.claim.answer", $0.rawValue)]))
            }
        )
        swept = counter("media.outbox.swept", [])
        slotUsage = meter("media.slot.usage")
        slotLimit = meter("media.slot.limit")
        polls = meter("media.poll.active")
        depths = byLane { Meter(label: "media.queue.depth", dimensions: $0, factory: factory) }
        published = byLane { lane in
            Dictionary(
                uniqueKeysWithValues: [AssetState.complete, .partial, .failed].map { state in
                    let dimensions = lane + [("media.state", state.rawValue)]
                    let name = "media.asset.completed.duration"
                    return (state, Timer(label: name, dimensions: dimensions, factory: factory))
                }
            )
        }
    }

    /// Of ``Fault/faultClass``.
    private static let faultClasses = ["retry", "throttled", "reject"]

    /// Records nothing.
    package static let off = StageMetrics(NOOPMetricsHandler.instance, stage: "", system: "", destination: "")

    package func received(_ count: Int) { consumed.increment(by: count) }

    /// Records how old a message is at its receipt.
    ///
    /// - Parameters:
    ///   - sent: of its envelope; what is no RFC 3339 in UTC is left out.
    ///   - lane: by which it came.
    ///   - now: milliseconds since 1970.
    package func aged(sent: String, by lane: Lane, now: @autoclosure () -> Int64) {
        guard isOn, let sent = Timestamp.unixMilliseconds(sent) else { return }
        let milliseconds = max(0, now() - sent)
        ages[lane]?.recordNanoseconds(milliseconds * 1_000_000)
        oldest[lane]?.set(Double(milliseconds) / 1000)
    }

    /// Counts a message that was settled, `time` after its receipt.
    package func settled(_ outcome: SettledOutcome, after time: Duration) {
        guard isOn else { return }
        settled[outcome]?.increment()
        settling.record(duration: time)
    }

    /// Records a handler's time, with its fault's class where it failed.
    package func handled(in time: Duration, faultClass: String? = nil) {
        guard isOn else { return }
        (faultClass.map { failing[$0] } ?? handling)?.record(duration: time)
    }

    /// Records a generation that people see now, or that has failed, `milliseconds` after its upload.
    package func published(_ state: AssetState, by lane: Lane, after milliseconds: Int64) {
        published[lane]?[state]?.recordNanoseconds(max(0, milliseconds) * 1_000_000)
    }

    package func retried() { retries.increment() }
    package func deadLettered(faultClass: String) { deadLetters[faultClass]?.increment() }
    package func leaseLost() { leasesLost.increment() }
    package func leasesExtended(_ count: Int) { leasesExtended.increment(by: count) }
    package func claimRefused(_ refusal: ClaimRefusal) { refused[refusal]?.increment() }
    package func outboxSwept(_ count: Int) { swept.increment(by: count) }

    package func slots(used: Int, limit: Int) {
        slotUsage.set(used)
        slotLimit.set(limit)
    }

    package func pollBegan() { polls.increment() }
    package func pollEnded() { polls.decrement() }

    /// Says how many messages wait in a lane's queue, by the service's own approximate count.
    package func queueDepth(_ count: Int, of lane: Lane) { depths[lane]?.set(count) }
}
