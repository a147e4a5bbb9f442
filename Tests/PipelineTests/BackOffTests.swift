import Pipeline
import Testing

@Suite struct BackOffTests {
    private let backOff = BackOff(base: .seconds(1), cap: .seconds(20), floor: .milliseconds(100))

    /// go-cloud#3193, #2871.
    @Test func aWaitIsNeverUnderTheFloorNorOverItsCeiling() {
        var random = SystemRandomNumberGenerator()
        for (attempt, ceiling) in [(0, 2), (1, 2), (2, 4), (3, 8), (4, 16), (5, 20), (6, 20), (1_000_000, 20)] {
            for _ in 0..<100 {
                let delay = backOff.delay(afterAttempt: attempt, using: &random)
                #expect(delay >= .milliseconds(100) && delay <= .seconds(ceiling))
            }
        }
    }

    @Test func waitsAreSpread() {
        var random = SystemRandomNumberGenerator()
        let delays = Set((0..<100).map { _ in backOff.delay(afterAttempt: 5, using: &random) })
        #expect(delays.count > 90)
    }
}
