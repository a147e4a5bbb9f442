internal import Pipeline
internal import Synchronization

/// Whose turn it is, and how long its queue is watched.
///
/// It is the interactive lane's as long as messages come by it; but a bulk lane that has waited for some time gets one
/// turn in between, so that it ages and does not starve. Where both are empty, the interactive queue is watched, and the
/// bulk one only looked at. Where bulk messages wait, the interactive queue is only looked at, too: nobody who comes by
/// the one waits for the other.
final class LaneTurns: Sendable {
    private struct State {
        var isInteractiveEmpty = false
        var isBulkEmpty = false
        var bulkPolled: ContinuousClock.Instant
    }

    /// The longest that bulk work waits behind interactive work for a turn.
    private static let aging: Duration = .seconds(5)
    /// With one lane a poll may take SQS's limit; with two, bulk messages wait for it to end.
    private static let (longWait, sharedWait): (Duration, Duration) = (.seconds(20), .seconds(5))

    private let lanes: [Lane]
    private let state: Mutex<State>

    /// - Precondition: there is a lane.
    init(_ lanes: [Lane], now: ContinuousClock.Instant = .now) {
        precondition(!lanes.isEmpty, "a worker without a lane")
        self.lanes = lanes
        state = Mutex(State(bulkPolled: now))
    }

    /// - Parameters:
    ///   - hasRoom: whether another bulk message could be run.
    ///   - now: the time.
    /// - Returns: the lane, and how long its poll may wait.
    func next(hasRoom: Bool = true, now: ContinuousClock.Instant = .now) -> (lane: Lane, wait: Duration) {
        guard lanes.count > 1 else { return (lanes[0], Self.longWait) }
        return state.withLock { state in
            guard hasRoom, state.isInteractiveEmpty || now - state.bulkPolled > Self.aging else {
                return (.interactive, state.isBulkEmpty ? Self.sharedWait : .zero)
            }
            state.isInteractiveEmpty = false
            state.bulkPolled = now
            return (.bulk, .zero)
        }
    }

    /// Notes what a poll has brought.
    func note(_ lane: Lane, count: Int) {
        state.withLock { state in
            switch lane {
            case .interactive: state.isInteractiveEmpty = count == 0
            case .bulk: state.isBulkEmpty = count == 0
            }
        }
    }
}
