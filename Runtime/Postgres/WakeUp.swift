import CLibPQ
import Glibc

/// Breaks off another thread's wait in poll().
final class WakeUp: Sendable {
    /// Readable once ``set()`` was called.
    let descriptor: Int32

    init() { descriptor = clibpq_event_open() }

    deinit { close(descriptor) }

    func set() { clibpq_event_set(descriptor) }
    func clear() { clibpq_event_clear(descriptor) }
}
