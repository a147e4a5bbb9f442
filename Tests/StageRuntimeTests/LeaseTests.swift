import Cloud
import Pipeline
import Synchronization
import Testing

@testable import StageRuntime

@Suite struct LeaseTests {
    private func keeper(
        _ queue: RecordingQueue,
        lease: Duration = .milliseconds(300),
        limit: Duration = .seconds(60),
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) -> LeaseKeeper {
        LeaseKeeper(queue: queue, estimate: LeaseEstimate(initial: lease), limit: limit, now: now)
    }

    @Test func aLeaseIsAsLongAsNearlyAllHandlingsTakeAndNeverUnderHalfAMinute() {
        let estimate = LeaseEstimate(initial: .seconds(60))
        #expect(estimate.lease == .seconds(60))
        for _ in 0..<100 { estimate.record(.milliseconds(5)) }
        #expect(estimate.lease == .seconds(30))
        for _ in 0..<100 { estimate.record(.seconds(30)) }
        #expect((.seconds(30) ... .seconds(36)).contains(estimate.lease))
        for _ in 0..<1000 { estimate.record(.seconds(3600)) }
        #expect(estimate.lease == .seconds(600))
    }

    @Test func oneSlowHandlingInAThousandDoesNotMakeEveryLeaseLong() {
        let estimate = LeaseEstimate(initial: .seconds(60))
        for _ in 0..<999 { estimate.record(.milliseconds(5)) }
        estimate.record(.seconds(500))
        #expect(estimate.lease == .seconds(30))
    }

    /// novu#12437.
    @Test func aLeaseIsNeverExtendedAfterItWasDroppedAlsoWhereAnExtensionWasUnderWay() async throws {
        let isUnderWay = Mutex(false)
        let isDropped = Mutex(false)
        let late = Mutex(0)
        let queue = RecordingQueue { _ throws(Fault) in
            if isDropped.withLock({ $0 }) { late.withLock { $0 += 1 } }
            isUnderWay.withLock { $0 = true }
            try? await Task.sleep(for: .milliseconds(50))
            if isDropped.withLock({ $0 }) { late.withLock { $0 += 1 } }
        }
        let keeper = keeper(queue)
        let hold = keeper.hold(try TestWorld.delivery(1), RunControl(), for: .milliseconds(300))
        #expect(await eventually { isUnderWay.withLock { $0 } })
        await keeper.drop(hold)
        isDropped.withLock { $0 = true }
        try await Task.sleep(for: .milliseconds(400))
        #expect(late.withLock { $0 } == 0)
    }

    /// Brighter#4040.
    @Test func aLeaseThatIsLostStopsItsOwnRunAndNoOther() async throws {
        let queue = RecordingQueue { call throws(Fault) in
            if call == .extend(["receipt-1"]) { throw .reject("queue.extend", "the lease is lost") }
        }
        let keeper = keeper(queue, lease: .milliseconds(100))
        let (first, second) = (RunControl(), RunControl())
        _ = keeper.hold(try TestWorld.delivery(1), first, for: .milliseconds(100))
        #expect(await eventually { first.end == .leaseLost })
        _ = keeper.hold(try TestWorld.delivery(2), second, for: .milliseconds(100))
        try await Task.sleep(for: .milliseconds(200))
        #expect(second.end == nil)
        #expect(queue.calls.contains(.extend(["receipt-2"])))
    }

    /// A stage whose role may not extend would be broken off again and again, and never fail.
    @Test func anExtensionThatIsRefusedForWantOfARightSaysNothingOfTheLease() async throws {
        let refusal = AWSServiceError(status: 403, code: "AccessDenied", message: "")
        let queue = RecordingQueue { _ throws(Fault) in
            throw Fault(operation: "sqs.ChangeMessageVisibilityBatch", verdict: refusal.verdict, underlying: refusal)
        }
        let control = RunControl()
        let keeper = keeper(queue, lease: .milliseconds(100))
        _ = keeper.hold(try TestWorld.delivery(1), control, for: .milliseconds(100))
        #expect(await eventually { queue.calls.count > 2 })
        #expect(control.end == nil)
    }

    @Test func anExtensionThatFailsForAWhileIsTriedAgain() async throws {
        let count = Mutex(0)
        let queue = RecordingQueue { _ throws(Fault) in
            let isFirst = count.withLock { count in
                count += 1
                return count < 3
            }
            if isFirst { throw .retry("queue.extend") }
        }
        let keeper = keeper(queue)
        let control = RunControl()
        let hold = keeper.hold(try TestWorld.delivery(1), control, for: .milliseconds(300))
        #expect(await eventually { count.withLock { $0 } >= 3 })
        #expect(control.end == nil)
        await keeper.drop(hold)
    }

    /// boto3#2898.
    @Test func aMessageIsHandedOverBeforeTheServiceForbidsToHoldItAnyLonger() async throws {
        let time = Mutex(ContinuousClock.now)
        let world = TestWorld(queue: RecordingQueue(longestHold: .seconds(12 * 3600)))
        let delivery = try #require(try await world.deliveries(1..<2).first)
        let begun = Mutex(false)
        let queue = world.queue
        let stage = TestStage { _, _ in
            begun.withLock { $0 = true }
            _ = await eventually { !queue.sent.isEmpty }
        }
        let runner = Runner(stage: stage, world: world.world(), now: { time.withLock { $0 } })
        async let run: Void = runner.run(delivery)
        #expect(await eventually { begun.withLock { $0 } })
        time.withLock { $0 += .seconds(11 * 3600 + 60) }
        await runner.extendLeases()
        await run
        let acknowledgements = world.queue.calls.count { $0 == .acknowledge(["receipt-1"]) }
        #expect(acknowledgements == 1)
        #expect(world.queue.sent.count == 1)
        #expect(world.queue.sent.first?.delay == .seconds(900))
        #expect(world.queue.sent.first?.body == delivery.body)
        let row = await world.catalog.ledger(of: TestWorld.asset, generation: 1, of: "default").first
        #expect(row?.state == .empty)
        // The copy finds the run ended.
        let copy = Delivery(
            messageID: "copy",
            receipt: "copy",
            body: delivery.body,
            attributes: world.queue.sent.first?.attributes ?? [:],
            receiveCount: 1
        )
        await runner.run(copy)
        #expect(world.queue.calls.last == .acknowledge(["copy"]))
    }

    @Test func aHandlerSeesHowMuchOfItsLeaseIsLeft() async throws {
        let world = TestWorld()
        let left = Mutex(Duration.zero)
        let delivery = try #require(try await world.deliveries(1..<2).first)
        let runner = Runner(
            stage: TestStage { _, context in left.withLock { $0 = context.leaseLeft } },
            world: world.world()
        )
        await runner.run(delivery)
        #expect((.milliseconds(500) ... .seconds(1)).contains(left.withLock { $0 }))
    }

    @Test func aRunThatHangsPastItsLimitIsReportedSoThatItsProcessCanEnd() async throws {
        let time = Mutex(ContinuousClock.now)
        let stalls = Mutex(0)
        let keeper = LeaseKeeper(
            queue: RecordingQueue(),
            estimate: LeaseEstimate(initial: .seconds(3600)),
            limit: .seconds(20),
            now: { time.withLock { $0 } },
            stalled: { stalls.withLock { $0 += 1 } }
        )
        let control = RunControl()
        control.beginHandling()
        _ = keeper.hold(try TestWorld.delivery(1), control, for: .seconds(3600))
        time.withLock { $0 += .seconds(21) }
        await keeper.extendDue()
        #expect(control.end == .timeLimit)
        #expect(stalls.withLock { $0 } == 0)
        time.withLock { $0 += .seconds(30) }
        await keeper.extendDue()
        #expect(stalls.withLock { $0 } > 0)
        // What comes after the handler, a commit that takes its time, is no reason to end the process.
        let before = stalls.withLock { $0 }
        control.endHandling()
        await keeper.extendDue()
        #expect(stalls.withLock { $0 } == before)
    }
}
