internal import Synchronization

/// Random words of the system's generator, fetched many at a time: a system call for each would cost more than a span.
final class RandomWords: Sendable {
    private let words = Mutex<[UInt64]>([])

    func next() -> UInt64 {
        words.withLock { words in
            if words.isEmpty {
                var random = SystemRandomNumberGenerator()
                words = (0..<64).map { _ in random.next() }
            }
            return words.removeLast()
        }
    }
}
