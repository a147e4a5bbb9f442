import Testing

@testable import MediaDecode

@Suite struct FrameClockTests {
    private func shown(_ times: [Int64], declared: Int64 = 0) -> [Int64] {
        var clock = FrameClock(declared: declared)
        return times.map { time in
            clock.advance(to: time)
            return clock.milliseconds
        }
    }

    @Test func `times are what the stream tells, and never run back`() {
        #expect(shown([0, 40, 30, 80, 3_600_080]) == [0, 40, 40, 80, 3_600_080])
    }

    @Test func `a clock that begins anew goes on from where it is`() {
        #expect(shown([0, 5000, 0, 40, 5000]) == [0, 5000, 5000, 5040, 10_000])
    }

    /// Transport streams wrap after 26.5 h; a damaged packet tells anything.
    @Test func `one wrong time moves no other`() {
        #expect(shown([0, 40, 95_443_717, 120, 160]) == [0, 40, 40, 120, 160])
        #expect(shown([10_000, 0, 10_040, 10_080]) == [10_000, 10_000, 10_040, 10_080])
        #expect(shown([0, 40, 95_443_717, 95_443_757]) == [0, 40, 40, 80])
    }

    @Test func `a gap that the file's length allows is one`() {
        #expect(shown([0, 7_200_000, 7_200_040], declared: 7_300_000) == [0, 7_200_000, 7_200_040])
    }
}
