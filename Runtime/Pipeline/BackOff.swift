/// How long to wait before the next try: exponential, with full jitter.
///
/// A wait is drawn evenly from `floor` to `min(cap, base * 2^attempt)`; the floor keeps a failing message from coming
/// straight back and spinning.
package struct BackOff: Sendable {
    package let base: Duration
    package let cap: Duration
    package let floor: Duration

    /// - Precondition: `zero < floor <= base <= cap`.
    package init(base: Duration, cap: Duration, floor: Duration) {
        precondition(.zero < floor && floor <= base && base <= cap, "back-off needs zero < floor <= base <= cap")
        self.base = base
        self.cap = cap
        self.floor = floor
    }

    /// The wait after the `attempt`th failure, counted from 1.
    package func delay(afterAttempt attempt: Int, using random: inout some RandomNumberGenerator) -> Duration {
        var ceiling = base
        var doublings = max(attempt, 1)
        while doublings > 0 && ceiling < cap {
            ceiling = min(ceiling * 2, cap)
            doublings -= 1
        }
        return floor + (ceiling - floor) * Double.random(in: 0...1, using: &random)
    }
}
