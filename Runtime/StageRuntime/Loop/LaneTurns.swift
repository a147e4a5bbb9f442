internal import Pipeline
internal import Synchronization

/// Whose turn it is: the interactive lane's as long as messages come by it; but a bulk lane that has waited for some time
/// gets one turn in between, so that it ages and does not starve.
final class LaneTurns: Sendable {
    private struct State {
        var isInteractiveEmpty = false
        var bulkPolled: ContinuousClock.Instant
    }

    /// The longest that bulk work waits behind interactive work for a turn.
    private static let aging: Duration = .seconds(5)
    /// With one lane a poll may take SQS's limit; with two, whoever comes by the other waits for it to end.
    private static let waits: [Int: Duration] = [1: .seconds(20), 2: .seconds(1)]

    let lanes: [Lane]
    private let state: Mutex<State>

    /// - Precondition: there is a lane.
    init(_ lanes: [Lane], now: ContinuousClock.Instant = .now) {
        precondition(!lanes.isEmpty, "a worker without a lane")
        self.lanes = lanes
        state = Mutex(State(bulkPolled: now))
    }

    /// How long an empty queue is watched.
    var wait: Duration { Self.waits[lanes.count] ?? .seconds(1) }

    func next(now: ContinuousClock.Instant = .now) -> Lane {
        guard lanes.count > 1 else { return lanes[0] }
        return state.withLock { state in
            guard state.isInteractiveEmpty || now - state.bulkPolled > Self.aging else { return .interactive }
            state.isInteractiveEmpty = false
            state.bulkPolled = now
            return .bulk
        }
    }

    /// Notes what a poll has brought.
    func note(_ lane: Lane, count: Int) {
        guard lane == .interactive else { return }
        state.withLock { $0.isInteractiveEmpty = count == 0 }
    }
}
