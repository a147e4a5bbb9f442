/// How the time of one call is spent: work, what must follow it, the answer.
struct LambdaDeadline: Sendable {
    /// For what follows a handler that was broken off, or that has just ended: its commit and its settlement.
    private static let longestCommit: Duration = .seconds(8)
    /// For the answer.
    private static let longestAnswer: Duration = .seconds(1)

    /// Handlers are broken off.
    let interruption: ContinuousClock.Instant
    /// The answer goes out, whatever is still at work.
    let answer: ContinuousClock.Instant

    /// - Parameters:
    ///   - remaining: from now until Lambda ends the process.
    ///   - now: the present.
    init(remaining: Duration, from now: ContinuousClock.Instant) {
        let remaining = max(remaining, .zero)
        answer = now + remaining - min(Self.longestAnswer, remaining / 10)
        interruption = now + remaining - min(Self.longestAnswer + Self.longestCommit, remaining / 4)
    }
}
