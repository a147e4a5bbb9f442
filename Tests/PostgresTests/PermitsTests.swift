import Testing

@testable import Postgres

@Suite struct PermitsTests {
    @Test func aPermitThatIsHeldIsWaitedForUntilTheLimit() async {
        let permits = Permits(count: 1)
        #expect(await permits.acquire(within: .seconds(5)) == .granted)
        #expect(await permits.acquire(within: .milliseconds(20)) == .timedOut)
        permits.release()
        #expect(await permits.acquire(within: .milliseconds(20)) == .granted)
    }

    @Test func whoAskedFirstIsServedFirst() async {
        let permits = Permits(count: 1)
        #expect(await permits.acquire(within: .seconds(5)) == .granted)
        let order = AsyncStream<Int>.makeStream()
        var waiters: [Task<Void, Never>] = []
        for index in 0..<5 {
            waiters.append(
                Task {
                    #expect(await permits.acquire(within: .seconds(5)) == .granted)
                    order.continuation.yield(index)
                    permits.release()
                }
            )
            while permits.waiterCount <= index { await Task.yield() }
        }
        permits.release()
        for waiter in waiters { await waiter.value }
        order.continuation.finish()
        #expect(await order.stream.reduce(into: []) { $0.append($1) } == [0, 1, 2, 3, 4])
    }

    @Test func aCancelledWaiterLeavesItsPlace() async {
        let permits = Permits(count: 1)
        #expect(await permits.acquire(within: .seconds(5)) == .granted)
        let waiter = Task { await permits.acquire(within: .seconds(60)) }
        while permits.waiterCount == 0 { await Task.yield() }
        waiter.cancel()
        #expect(await waiter.value == .cancelled)
        permits.release()
        #expect(await permits.acquire(within: .milliseconds(20)) == .granted)
    }
}
