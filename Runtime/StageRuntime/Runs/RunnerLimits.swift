/// Bounds of a run.
enum RunnerLimits {
    /// A claim that is not renewed for so long is given to who asks for it.
    static let claimLease: Duration = .seconds(60)
    /// Of payloads that are in memory at once, as JSON; a decoded one takes some times as much.
    static let payloadByteCount = 256 << 20
    /// Somebody else is at work on the same run: its message was sent twice.
    static let busyDelay: Duration = .seconds(5)
    /// Of a message that comes again; SQS takes up to 12 h.
    static let longestDelay: Duration = .seconds(900)
}
