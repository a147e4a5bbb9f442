internal import CLibCurl
internal import Glibc

/// What a loop sleeps on: sockets that are ready, and being woken. Lives on the loop's thread but for ``wake()``.
///
/// A socket that nobody waits for is taken out at once: a child process may hold it open after it was closed here, and then
/// it would stir for ever; and a new one of its number would not be watched.
final class SocketEvents: @unchecked Sendable {
    struct Ready {
        let socket: Int32
        /// epoll's.
        let events: UInt32
    }

    private static let batchCount = 64

    private let descriptor: Int32
    private let waker: Int32
    private var watched: Set<Int32> = []
    private var buffer = [epoll_event](repeating: epoll_event(), count: batchCount)

    init() {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        waker = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        precondition(descriptor >= 0 && waker >= 0, "no descriptors for HTTP")
        control(EPOLL_CTL_ADD, waker, EPOLLIN.rawValue)
    }

    deinit {
        close(descriptor)
        close(waker)
    }

    /// Ends the sleep that is, or the next one; from any thread.
    func wake() {
        var one: UInt64 = 1
        _ = write(waker, &one, 8)
    }

    /// Watches a socket for epoll's `events`; for none, no longer.
    func watch(_ socket: Int32, for events: UInt32) {
        if events == 0 {
            guard watched.remove(socket) != nil else { return }
            control(EPOLL_CTL_DEL, socket, 0)
        } else {
            control(watched.insert(socket).inserted ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, events)
        }
    }

    /// Sleeps until something stirs, or so many milliseconds; for ever where it is negative.
    func wait(milliseconds: Int32) -> [Ready] {
        let count = epoll_wait(descriptor, &buffer, Int32(buffer.count), milliseconds)
        guard count > 0 else { return [] }
        var ready: [Ready] = []
        for event in buffer[..<Int(count)] {
            let socket = event.data.fd
            if socket == waker {
                var number: UInt64 = 0
                _ = read(waker, &number, 8)
            } else {
                ready.append(Ready(socket: socket, events: event.events))
            }
        }
        return ready
    }

    private func control(_ operation: Int32, _ socket: Int32, _ events: UInt32) {
        var event = epoll_event(events: events, data: epoll_data_t(fd: socket))
        epoll_ctl(descriptor, operation, socket, &event)
    }
}
