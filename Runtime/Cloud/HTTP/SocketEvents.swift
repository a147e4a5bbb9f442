internal import CLibCurl
internal import Glibc

/// What a loop sleeps on: sockets that are ready, a deadline, and being woken. Lives on the loop's thread but for ``wake()``.
///
/// A socket that nobody watches any more stays registered until it stirs: a connection that is kept is watched again soon,
/// and the kernel forgets one that is closed by itself.
final class SocketEvents: @unchecked Sendable {
    struct Ready {
        let socket: Int32
        /// epoll's.
        let events: UInt32
    }

    private struct Watch {
        var wanted: UInt32 = 0
        var registered: UInt32 = 0
    }

    private static let batchCount = 64

    private let descriptor: Int32
    private let waker: Int32
    private var watches: [Watch] = []
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
        let place = Int(socket)
        while watches.count <= place { watches.append(Watch()) }
        watches[place].wanted = events
        guard events != 0, events != watches[place].registered else { return }
        // The number may be a new socket's, of which the kernel knows nothing.
        if watches[place].registered == 0 || !control(EPOLL_CTL_MOD, socket, events) {
            control(EPOLL_CTL_ADD, socket, events)
        }
        watches[place].registered = events
    }

    /// Forgets a socket that is about to be closed: its number may come back.
    func forget(_ socket: Int32) {
        let place = Int(socket)
        guard place < watches.count, watches[place].registered != 0 else { return }
        control(EPOLL_CTL_DEL, socket, 0)
        watches[place] = Watch()
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
            } else if Int(socket) < watches.count, watches[Int(socket)].wanted != 0 {
                ready.append(Ready(socket: socket, events: event.events))
            } else {
                forget(socket)
            }
        }
        return ready
    }

    @discardableResult
    private func control(_ operation: Int32, _ socket: Int32, _ events: UInt32) -> Bool {
        var event = epoll_event(events: events, data: epoll_data_t(fd: socket))
        return epoll_ctl(descriptor, operation, socket, &event) == 0
    }
}
