internal import Synchronization

/// The pulls of one queue that nobody waits for at the moment.
final class PubSubPulls: Sendable {
    private let idle = Mutex<[PubSubPull]>([])

    func take() -> PubSubPull? { idle.withLock { $0.popLast() } }
    func keep(_ pull: PubSubPull) { idle.withLock { $0.append(pull) } }
}
