internal import Pipeline
internal import Synchronization

/// Queues by their names, each made once.
final class NamedQueues: Sendable {
    private let made: Mutex<[String: any Queue]>
    private let make: @Sendable (String) -> any Queue

    /// - Parameters:
    ///   - known: those that are there already.
    ///   - make: makes the others.
    init(_ known: [String: any Queue], _ make: @escaping @Sendable (String) -> any Queue) {
        made = Mutex(known)
        self.make = make
    }

    subscript(_ name: String) -> any Queue {
        made.withLock { made in
            if let queue = made[name] { return queue }
            let queue = make(name)
            made[name] = queue
            return queue
        }
    }
}
