import Synchronization

/// The time that requests are signed with, put right by the services' own where they differ too much.
final class AWSClock: Sendable {
    /// Services refuse from 5 minutes on; nearer than this the clock is not the reason.
    private static let skewSeconds: Int64 = 240

    private struct State {
        var offsetSeconds: Int64 = 0
        /// The second that was written last: many requests are signed within one.
        var writtenSeconds = Int64.min
        var timestamp = ""
    }

    private let now: @Sendable () -> Int64
    private let state = Mutex(State())

    init(_ now: @escaping @Sendable () -> Int64) { self.now = now }

    var timestamp: String {
        let now = now()
        return state.withLock { state in
            let seconds = now + state.offsetSeconds
            if seconds != state.writtenSeconds {
                state.timestamp = UnixTime.basic(seconds)
                state.writtenSeconds = seconds
            }
            return state.timestamp
        }
    }

    /// What is added to the own time, in seconds.
    var offset: Int64 { state.withLock { $0.offsetSeconds } }

    /// Takes over the service's time, where it explains the error.
    ///
    /// - Parameters:
    ///   - error: of the service.
    ///   - date: the service's own.
    ///   - signedOffset: ``offset`` as the request was signed: another may have put the clock right meanwhile.
    /// - Returns: whether a request signed again may be taken.
    func correct(after error: AWSServiceError, date: String?, signedOffset: Int64) -> Bool {
        guard error.isClockSkew || error.mayBeClockSkew, let date = date.flatMap(UnixTime.parse(httpDate:)) else {
            return false
        }
        let offset = date - now()
        return state.withLock { state in
            guard error.isClockSkew || abs(offset - signedOffset) >= Self.skewSeconds else { return false }
            state.offsetSeconds = offset
            return true
        }
    }
}
