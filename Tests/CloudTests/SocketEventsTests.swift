import Glibc
import Testing

@testable import Cloud

@Suite struct SocketEventsTests {
    private static let readable: UInt32 = 1

    private func makePipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        return (ends[0], ends[1])
    }

    private func say(_ descriptor: Int32) {
        var byte: UInt8 = 1
        #expect(write(descriptor, &byte, 1) == 1)
    }

    @Test func aSocketThatHasTheNumberOfOneThatWasClosedIsWatched() throws {
        let events = SocketEvents()
        let first = try makePipe()
        events.watch(first.read, for: Self.readable)
        events.watch(first.read, for: 0)
        let second = try makePipe()
        // The second one under the first one's number.
        #expect(dup2(second.read, first.read) == first.read)
        events.watch(first.read, for: Self.readable)
        say(second.write)
        #expect(events.wait(milliseconds: 1000).map(\.socket) == [first.read])
        for descriptor in [first.read, first.write, second.read, second.write] { close(descriptor) }
    }

    /// Child processes inherit what is not closed on exec: the kernel goes on to watch it then.
    @Test func aSocketThatSomebodyElseHoldsOpenDoesNotStirAfterItWasClosedHere() throws {
        let events = SocketEvents()
        let ends = try makePipe()
        let childs = dup(ends.read)
        events.watch(ends.read, for: Self.readable)
        events.watch(ends.read, for: 0)
        close(ends.read)
        say(ends.write)
        let start = ContinuousClock.now
        #expect(events.wait(milliseconds: 50).isEmpty)
        #expect(ContinuousClock.now - start >= .milliseconds(45))
        for descriptor in [childs, ends.write] { close(descriptor) }
    }

    @Test func aLoopIsWokenAlsoBeforeItSleeps() {
        let events = SocketEvents()
        events.wake()
        let start = ContinuousClock.now
        #expect(events.wait(milliseconds: 5000).isEmpty)
        #expect(ContinuousClock.now - start < .seconds(4))
    }
}
