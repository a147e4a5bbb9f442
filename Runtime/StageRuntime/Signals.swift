internal import Dispatch
internal import Glibc
internal import Synchronization

/// Hears signals on a thread of its own; the second one asks for an end at once.
package final class Signals: Sendable {
    private let sources: Mutex<[any DispatchSourceSignal]>

    package init(
        _ numbers: [Int32],
        first: @escaping @Sendable (Int32) -> Void,
        again: @escaping @Sendable () -> Void
    ) {
        let queue = DispatchQueue(label: "media.signals")
        let count = Counter()
        let sources = numbers.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { count.next() == 1 ? first(number) : again() }
            source.resume()
            return source
        }
        self.sources = Mutex(sources)
    }

    package func stop() {
        sources.withLock { sources in
            for source in sources { source.cancel() }
            sources = []
        }
    }
}

private final class Counter: Sendable {
    private let value = Mutex(0)

    func next() -> Int {
        value.withLock {
            $0 += 1
            return $0
        }
    }
}
