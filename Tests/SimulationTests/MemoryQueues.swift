import Pipeline
import Synchronization

/// Queues by name, made when they are first used.
final class MemoryQueues: Sendable {
    private let queues = Mutex<[String: MemoryQueue]>([:])

    subscript(_ name: String) -> MemoryQueue {
        queues.withLock { queues in
            if let queue = queues[name] { return queue }
            let queue = MemoryQueue()
            queues[name] = queue
            return queue
        }
    }

    /// Lets time pass on all queues.
    func advance(by duration: Duration) async {
        for queue in queues.withLock({ Array($0.values) }) { await queue.advance(by: duration) }
    }
}
