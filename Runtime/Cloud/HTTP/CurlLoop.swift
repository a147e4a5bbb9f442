internal import CLibCurl
internal import Glibc
internal import Pipeline
import Synchronization

/// The thread on which libcurl runs, and the way to tell it what to do.
///
/// Unchecked: `multi`, `pool` and `running` are touched by the loop's thread alone, but for `curl_multi_wakeup`, which
/// libcurl allows from any thread; the rest is behind `inbox`.
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
    /// The loop is woken whenever there is something to do; this is only how long one sleep may be.
    private static let pollMilliseconds: Int32 = 60_000
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let multi: OpaquePointer
    private let inbox = Mutex(Inbox())
    private let pool = CurlPool()
    private var running: [ObjectIdentifier: CurlHandle] = [:]

    init() {
        guard Self.isReady, let multi = curl_multi_init() else { preconditionFailure("libcurl can't be set up") }
        self.multi = OpaquePointer(multi)
        media_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, Self.idleConnectionCount)
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

    /// Called under the inbox's lock: the thread frees `multi` only after it has seen there that it must stop.
    private func wake(_ inbox: inout Inbox) {
        guard inbox.isAsleep else { return }
        inbox.isAsleep = false
        curl_multi_wakeup(UnsafeMutableRawPointer(multi))
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
            var count: Int32 = 0
            curl_multi_perform(multi, &count)
            settleFinished()
            pool.tell()
            if fallsAsleep() { curl_multi_poll(multi, nil, 0, Self.pollMilliseconds, nil) }
        }
        for handle in running.values {
            handle.transfer.end(.failure(Self.closed(handle.transfer)))
            curl_multi_remove_handle(multi, handle.easy)
        }
        running = [:]
        curl_multi_cleanup(multi)
    }

    /// Whether there is nothing to do: who has something from now on wakes the thread.
    private func fallsAsleep() -> Bool {
        inbox.withLock { inbox in
            inbox.isAsleep = inbox.commands.isEmpty && !inbox.isStopped
            return inbox.isAsleep
        }
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
        guard let handle = CurlHandle(transfer, pool) else {
            transfer.end(.failure(.retry(transfer.request.operation)))
            return
        }
        running[ObjectIdentifier(transfer)] = handle
        curl_multi_add_handle(UnsafeMutableRawPointer(multi), handle.easy)
    }

    private func remove(_ transfer: CurlTransfer) {
        guard let handle = running.removeValue(forKey: ObjectIdentifier(transfer)) else { return }
        // Its end resets libcurl's handle: not before that is out of the loop.
        withExtendedLifetime(handle) { _ = curl_multi_remove_handle(UnsafeMutableRawPointer(multi), handle.easy) }
    }

    private func settleFinished() {
        var waiting: Int32 = 0
        while let message = curl_multi_info_read(UnsafeMutableRawPointer(multi), &waiting) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            let (easy, code) = (message.pointee.easy_handle, media_curl_result(message))
            guard let easy, let handle = CurlHandle.of(easy) else { continue }
            handle.isReusable = code == CURLE_OK
            handle.transfer.end(handle.result(code))
            remove(handle.transfer)
        }
    }

    private static func closed(_ transfer: CurlTransfer) -> Fault {
        transfer.fault(HTTPTransportError(code: 0, description: "the HTTP client is closed", isTimeout: false))
    }
}
