import Synchronization

/// The time that requests are signed with, put right by the services' own where they differ too much.
final class AWSClock: Sendable {
    /// Services refuse from 5 minutes on; nearer than this the clock is not the reason.
    private static let skewSeconds: Int64 = 240

    private let now: @Sendable () -> Int64
    private let offsetSeconds = Mutex<Int64>(0)

    init(_ now: @escaping @Sendable () -> Int64) { self.now = now }

    var timestamp: String { UnixTime.basic(now() + offsetSeconds.withLock { $0 }) }

    /// Takes over the service's time, where it explains the error.
    ///
    /// - Returns: whether a request signed again may be taken.
    func correct(after error: AWSServiceError, date: String?) -> Bool {
        guard error.isClockSkew || error.mayBeClockSkew, let date = date.flatMap(UnixTime.parse(httpDate:)) else {
            return false
        }
        let offset = date - now()
        return offsetSeconds.withLock { current in
            guard error.isClockSkew || abs(offset - current) >= Self.skewSeconds else { return false }
            current = offset
            return true
        }
    }
}
