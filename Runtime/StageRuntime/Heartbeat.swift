internal import Glibc
package import Pipeline
internal import Synchronization

/// A file that a worker's loop writes now and then, and that stays untouched once the loop hangs or its queue refuses it:
/// workers open no port.
package final class Heartbeat: Sendable {
    /// How old the file may be.
    package static let freshness: Duration = .seconds(60)
    private static let period: Duration = .seconds(5)

    private let path: String
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state: Mutex<State>

    private struct State {
        /// When the file was written.
        var last: ContinuousClock.Instant
        /// The lanes whose last word was a refusal.
        var refused: Set<Lane> = []
    }

    /// The heartbeat that the settings name: `MEDIA_HEARTBEAT_FILE`.
    ///
    /// - Parameter environment: of the process.
    /// - Returns: nil where it is not set.
    /// - Throws: reject, where the file can't be written.
    package static func named(in environment: [String: String]) throws(Fault) -> Heartbeat? {
        guard let path = environment[Self.setting], !path.isEmpty else { return nil }
        return try Heartbeat(path: path)
    }

    /// Writes the first beat; `now` is the time by which beats are spaced.
    ///
    /// - Throws: reject, where the file can't be written.
    package init(
        path: String,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) throws(Fault) {
        self.path = path
        self.now = now
        state = Mutex(State(last: now()))
        guard Self.write(path) else {
            throw .reject("settings", "\(Self.setting): \(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Says that the loop goes on; writes the file where the last time is long enough ago, and no lane is refused.
    package func beat() {
        let now = now()
        let isDue = state.withLock { state in
            guard state.refused.isEmpty, now - state.last >= Self.period else { return false }
            state.last = now
            return true
        }
        // A file that can't be written any more grows old, which is what it is there for.
        if isDue { _ = Self.write(path) }
    }

    /// Notes how a poll has ended. One that is rejected has a queue that does not exist or may not be read: the loop goes
    /// on, but brings nothing until somebody mends a setting, a policy or a key, which the outside is to see.
    ///
    /// - Parameters:
    ///   - lane: that was polled.
    ///   - result: of the poll; a fault that may pass by itself says nothing about the configuration.
    func polled(_ lane: Lane, _ result: Result<[Delivery], Fault>) {
        state.withLock { state in
            switch result {
            case .success: state.refused.remove(lane)
            case .failure(let fault):
                if case .reject = fault.verdict { state.refused.insert(lane) }
            }
        }
    }

    /// Whether a file was written lately.
    package static func isFresh(path: String, within age: Duration = freshness) -> Bool {
        guard let found = self.age(of: path) else { return false }
        return found < age
    }

    /// Checks the heartbeat that the settings name.
    ///
    /// - Parameter environment: of the process that asks, which has the worker's settings.
    /// - Throws: reject with the reason, where the worker does not look alive.
    package static func check(_ environment: [String: String]) throws(Fault) {
        guard let path = environment[Self.setting], !path.isEmpty else {
            throw .reject("healthy", "\(Self.setting) is not set: the file that the worker writes")
        }
        guard let age = age(of: path) else { throw .reject("healthy", "there is no \(path): no worker has begun") }
        guard age < freshness else {
            throw .reject("healthy", "\(path) was last written \(age.components.seconds) s ago")
        }
    }

    private static let setting = "MEDIA_HEARTBEAT_FILE"

    /// How long ago a file was written; nil where there is none.
    private static func age(of path: String) -> Duration? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        let written = Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
        return .milliseconds(SystemClock.unixMilliseconds() - written)
    }

    private static func write(_ path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let text = Array("\(SystemClock.unixMilliseconds() / 1000)\n".utf8)
        return Glibc.write(descriptor, text, text.count) == text.count
    }
}
