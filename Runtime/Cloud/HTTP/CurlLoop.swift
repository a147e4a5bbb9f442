internal import CLibCurl
internal import Glibc
internal import Pipeline
import Synchronization

/// The thread on which libcurl runs, and the way to tell it what to do.
///
/// Unchecked: all but `events.wake()` and what is behind `inbox` is touched by the loop's thread alone.
final class CurlLoop: @unchecked Sendable {
    enum Command: Sendable {
        case start(CurlTransfer)
        /// The reader has room again.
        case resume(CurlTransfer)
        /// The reader is gone.
        case remove(CurlTransfer)
    }

    private struct Inbox {
        var commands: [Command] = []
        var isStopped = false
        /// Whether the thread must be woken to see what there is.
        var isAsleep = false
        var thread: pthread_t?
    }

    /// Connections that are kept for the next request.
    private static let idleConnectionCount = 64
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let multi: OpaquePointer
    private let inbox = Mutex(Inbox())
    private let pool = CurlPool()
    private let events = SocketEvents()
    /// When libcurl wants to be called although nothing stirs.
    private var deadline: ContinuousClock.Instant?
    private var running: [ObjectIdentifier: CurlHandle] = [:]

    init() {
        guard Self.isReady, let multi = curl_multi_init() else { preconditionFailure("libcurl can't be set up") }
        self.multi = OpaquePointer(multi)
        media_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.idleConnectionCount)
        setCallbacks()
        var thread = pthread_t()
        let result = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<CurlLoop>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            Unmanaged.passRetained(self).toOpaque()
        )
        precondition(result == 0, "no thread for HTTP")
        inbox.withLock { [thread] in $0.thread = thread }
    }

    func post(_ command: Command) {
        let isTaken = inbox.withLock { inbox in
            guard !inbox.isStopped else { return false }
            inbox.commands.append(command)
            wake(&inbox)
            return true
        }
        if !isTaken, case .start(let transfer) = command { transfer.end(.failure(Self.closed(transfer))) }
    }

    /// Ends all transfers and waits for the thread.
    func stop() {
        let thread = inbox.withLock { inbox in
            guard !inbox.isStopped else { return pthread_t?.none }
            inbox.isStopped = true
            wake(&inbox)
            return inbox.thread.take()
        }
        if let thread { pthread_join(thread, nil) }
    }

    private func wake(_ inbox: inout Inbox) {
        guard inbox.isAsleep else { return }
        inbox.isAsleep = false
        events.wake()
    }

    /// libcurl says which sockets it waits for, and how long.
    private func setCallbacks() {
        let (multi, this) = (UnsafeMutableRawPointer(multi), Unmanaged.passUnretained(self).toOpaque())
        media_curl_multi_set_socket(
            multi,
            { _, socket, what, this, _ in
                CurlLoop.from(this)?.watch(socket, what)
                return 0
            },
            this
        )
        media_curl_multi_set_timer(
            multi,
            { _, milliseconds, this in
                CurlLoop.from(this)?.deadline = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
                return 0
            },
            this
        )
    }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> CurlLoop? {
        pointer.map { Unmanaged<CurlLoop>.fromOpaque($0).takeUnretainedValue() }
    }

    // MARK: On the loop's thread

    private func run() {
        blockSignals()
        let multi = UnsafeMutableRawPointer(multi)
        while true {
            let (commands, isStopped) = inbox.withLock { inbox in
                defer { inbox.commands = [] }
                inbox.isAsleep = false
                return (inbox.commands, inbox.isStopped)
            }
            for command in commands { perform(command) }
            if isStopped { break }
            if deadline.map({ $0 <= .now }) == true {
                deadline = nil
                act(CURL_SOCKET_TIMEOUT, 0)
            }
            settleFinished()
            pool.tell()
            for ready in events.wait(milliseconds: sleepMilliseconds()) { act(ready.socket, ready.events) }
        }
        for handle in running.values {
            if let transfer = handle.transfer { transfer.end(.failure(Self.closed(transfer))) }
            curl_multi_remove_handle(multi, handle.easy)
        }
        running = [:]
        curl_multi_cleanup(multi)
    }

    /// How long there is nothing to do: who has something from now on wakes the thread.
    private func sleepMilliseconds() -> Int32 {
        let isIdle = inbox.withLock { inbox in
            inbox.isAsleep = inbox.commands.isEmpty && !inbox.isStopped
            return inbox.isAsleep
        }
        guard isIdle else { return 0 }
        guard let deadline else { return -1 }
        // Rounded up: woken too early, libcurl has nothing to do.
        return Int32(max(0, min((deadline - .now) / .milliseconds(1) + 0.999, 60_000)))
    }

    private func watch(_ socket: curl_socket_t, _ what: Int32) {
        let (read, write) = (EPOLLIN.rawValue, EPOLLOUT.rawValue)
        switch what {
        case CURL_POLL_IN: events.watch(socket, for: read)
        case CURL_POLL_OUT: events.watch(socket, for: write)
        case CURL_POLL_INOUT: events.watch(socket, for: read | write)
        default: events.watch(socket, for: 0)
        }
    }

    private func act(_ socket: curl_socket_t, _ events: UInt32) {
        var what: Int32 = 0
        if events & (EPOLLIN.rawValue | EPOLLHUP.rawValue) != 0 { what |= CURL_CSELECT_IN }
        if events & EPOLLOUT.rawValue != 0 { what |= CURL_CSELECT_OUT }
        if events & EPOLLERR.rawValue != 0 { what |= CURL_CSELECT_ERR }
        var count: Int32 = 0
        curl_multi_socket_action(UnsafeMutableRawPointer(multi), socket, what, &count)
    }

    /// Signals are other threads' business, and a connection that the server closed must not raise SIGPIPE.
    private func blockSignals() {
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    private func perform(_ command: Command) {
        switch command {
        case .start(let transfer): start(transfer)
        case .resume(let transfer): running[ObjectIdentifier(transfer)]?.resume()
        case .remove(let transfer): remove(transfer)
        }
    }

    private func start(_ transfer: CurlTransfer) {
        guard let handle = pool.handle(for: transfer) else {
            transfer.end(.failure(.retry(transfer.request.operation)))
            return
        }
        guard curl_multi_add_handle(UnsafeMutableRawPointer(multi), handle.easy) == CURLM_OK else {
            transfer.end(.failure(.retry(transfer.request.operation)))
            return
        }
        running[ObjectIdentifier(transfer)] = handle
    }

    @discardableResult
    private func remove(_ transfer: CurlTransfer) -> CurlHandle? {
        guard let handle = running.removeValue(forKey: ObjectIdentifier(transfer)) else { return nil }
        curl_multi_remove_handle(UnsafeMutableRawPointer(multi), handle.easy)
        return handle
    }

    private func settleFinished() {
        var waiting: Int32 = 0
        while let message = curl_multi_info_read(UnsafeMutableRawPointer(multi), &waiting) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            let (easy, code) = (message.pointee.easy_handle, media_curl_result(message))
            guard let easy, let handle = CurlHandle.of(easy), let transfer = handle.transfer else { continue }
            transfer.end(handle.result(code))
            if let handle = remove(transfer), code == CURLE_OK { pool.give(handle) }
        }
    }

    private static func closed(_ transfer: CurlTransfer) -> Fault {
        transfer.fault(HTTPTransportError(code: 0, description: "the HTTP client is closed", isTimeout: false))
    }
}
