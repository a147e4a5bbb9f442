import Pipeline
import Synchronization
import Testing

@testable import StageRuntime

@Suite struct LoopTests {
    private let world = TestWorld()

    private func receives(_ queue: RecordingQueue) -> [Int] {
        queue.calls.compactMap { if case .receive(let count) = $0 { count } else { nil } }
    }

    private func acknowledged(_ queue: RecordingQueue) -> [Receipt] {
        queue.calls.flatMap { if case .acknowledge(let receipts) = $0 { receipts } else { [Receipt]() } }
    }

    /// google-cloud-python#9252, dramatiq_sqs#53.
    @Test func noMoreMessagesAreReceivedThanThereAreFreeSlots() async throws {
        world.queue.add(try await world.deliveries(0..<30))
        let running = Mutex(0)
        let most = Mutex(0)
        let stage = TestStage { _, _ in
            let now = running.withLock { running in
                running += 1
                return running
            }
            most.withLock { $0 = max($0, now) }
            try await Task.sleep(for: .milliseconds(5))
            running.withLock { $0 -= 1 }
        }
        let worker = Worker(stage: stage, world: world.world(), lanes: [.interactive])
        let work = Task { try await worker.run() }
        #expect(await eventually { acknowledged(world.queue).count == 30 })
        work.cancel()
        _ = await work.result
        #expect(most.withLock { $0 } <= TestStage.limits.concurrency)
        #expect(receives(world.queue).allSatisfy { $0 <= TestStage.limits.concurrency })
    }

    /// A wrong setting is to fail the process, and not the runs that it is given meanwhile.
    @Test func nothingIsBegunByAWorkerThatFindsItselfNotReady() async throws {
        world.queue.add(try await world.deliveries(0..<2))
        let stage = TestStage { _, _ in Issue.record("it ran") }
        let worker = Worker(stage: stage, world: world.world(), lanes: [.interactive], isReady: { false })
        let work = Task { try await worker.run() }
        let isGivenBack = await eventually {
            world.queue.calls.contains { call in
                if case .release(let receipts, .zero) = call { !receipts.isEmpty } else { false }
            }
        }
        #expect(isGivenBack)
        work.cancel()
        _ = await work.result
    }

    /// kombu#2049, go-cloud#3193: no attempt, yet it comes later each time, for services count what they deliver.
    @Test func aThrottledRunWaitsLongerTheMoreOftenItWasReceived() async throws {
        _ = try await world.deliveries(1..<2)
        let delivery = try TestWorld.delivery(1, receiveCount: 40)
        let backOff = BackOff(base: .milliseconds(1), cap: .seconds(3600), floor: .milliseconds(1))
        let stage = TestStage { _, _ in throw Fault(operation: "model", verdict: .throttled(after: nil)) }
        await Runner(stage: stage, world: world.world(backOff: backOff)).run(delivery)
        let delays = world.queue.calls.compactMap { if case .release(_, let delay) = $0 { delay } else { nil } }
        #expect(try #require(delays.first) > .milliseconds(100))
    }

    /// sqs-consumer#96, #562.
    @Test func oneSlowMessageHoldsUpNobody() async throws {
        world.queue.add(try await world.deliveries(0..<20))
        let stage = TestStage { number, _ in
            if number == 0 { try await Task.sleep(for: .seconds(60)) }
        }
        let work = Task { try await Worker(stage: stage, world: world.world()).run(grace: .milliseconds(10)) }
        #expect(await eventually { acknowledged(world.queue).count == 19 })
        work.cancel()
        _ = await work.result
    }

    /// spring-cloud-aws#137, #1558.
    @Test func whatAPollBringsWhileTheWorkerIsStoppedIsGivenBack() async throws {
        let deliveries = try await world.deliveries(0..<2)
        let stage = TestStage { _, _ in Issue.record("it ran") }
        let worker = Worker(stage: stage, world: world.world(), lanes: [.interactive])
        let work = Task { try await worker.run() }
        #expect(await eventually { !receives(world.queue).isEmpty })
        work.cancel()
        world.queue.add(deliveries)
        _ = await work.result
        let released = world.queue.calls.flatMap {
            if case .release(let receipts, .zero) = $0 { receipts } else { [Receipt]() }
        }
        #expect(Set(released) == ["receipt-0", "receipt-1"])
        #expect(receives(world.queue).count == 1)
    }

    /// spring-cloud-aws#925.
    @Test func whatWasWorkedOffIsAcknowledgedBeforeTheWorkerEnds() async throws {
        world.queue.add(try await world.deliveries(0..<3))
        let begun = Mutex(0)
        let stage = TestStage { _, _ in
            begun.withLock { $0 += 1 }
            try await Task.sleep(for: .milliseconds(100))
        }
        let work = Task { try await Worker(stage: stage, world: world.world()).run() }
        #expect(await eventually { begun.withLock { $0 } == 3 })
        work.cancel()
        _ = await work.result
        #expect(Set(acknowledged(world.queue)).count == 3)
    }

    @Test func aRunThatIsInterruptedIsGivenBackAndItsAttemptIsNotCounted() async throws {
        world.queue.add(try await world.deliveries(0..<1))
        let begun = Mutex(false)
        let stage = TestStage { _, _ in
            begun.withLock { $0 = true }
            try await Task.sleep(for: .seconds(60))
        }
        let work = Task { try await Worker(stage: stage, world: world.world()).run(grace: .milliseconds(50)) }
        #expect(await eventually { begun.withLock { $0 } })
        let start = ContinuousClock.now
        work.cancel()
        _ = await work.result
        #expect(ContinuousClock.now - start < .seconds(3))
        let row = await world.catalog.ledger(of: TestWorld.asset, generation: 1, of: "default").first
        #expect(row?.attempts == 0)
        // A worker does not wait for it for longer than its runs.
        #expect(await eventually { world.queue.calls.contains(.release(["receipt-0"], .seconds(1))) })
    }

    @Test func aHandlerThatDoesNotHearItIsToStopDoesNotHoldTheProcessForever() async throws {
        world.queue.add(try await world.deliveries(0..<1))
        let begun = Mutex(false)
        let stage = TestStage { _, _ in
            begun.withLock { $0 = true }
            await Task { try? await Task.sleep(for: .seconds(30)) }.value
        }
        let work = Task { try await Worker(stage: stage, world: world.world()).run(grace: .milliseconds(50)) }
        #expect(await eventually { begun.withLock { $0 } })
        let start = ContinuousClock.now
        work.cancel()
        _ = await work.result
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test func acknowledgementsGoOutTogether() async throws {
        let acknowledgements = Acknowledgements(world.queue)
        let done = Mutex(0)
        for number in 0..<25 {
            acknowledgements.add(Receipt(rawValue: "\(number)")) { _ in done.withLock { $0 += 1 } }
        }
        #expect(await eventually { done.withLock { $0 } == 25 })
        #expect(world.queue.calls.count == 3)
        #expect(Set(acknowledged(world.queue)).count == 25)
    }

    @Test func eachAcknowledgementHasItsOwnResult() async throws {
        let inner = RecordingQueue { _ throws(Fault) in throw .retry("queue") }
        let result = await withCheckedContinuation { done in
            Acknowledgements(inner).add("1") { done.resume(returning: $0) }
        }
        #expect(throws: Fault.self) { try result.get() }
    }

    /// Where it did not, its slot would be lost and no shutdown would end.
    @Test func anAcknowledgementThatTheAnswerLeavesOutHasFailed() async throws {
        let result = await withCheckedContinuation { done in
            Acknowledgements(RecordingQueue(answersNothing: true)).add("1") { done.resume(returning: $0) }
        }
        #expect(throws: Fault.self) { try result.get() }
    }

    @Test func throttledRunsHalveTheSlotsAndGoodOnesBringThemBack() async {
        let slots = Slots(8)
        slots.slowDown()
        #expect(slots.use.limit == 4)
        for _ in 0..<3 { slots.slowDown() }
        #expect(slots.use.limit == 1)
        for _ in 0..<100 {
            #expect(await slots.take(atMost: 1, for: .interactive) == 1)
            slots.giveGood(of: .interactive)
        }
        #expect(slots.use.limit == 8)
    }

    @Test func bulkWorkLeavesASlotToInteractiveWork() async {
        let slots = Slots(4)
        #expect(await slots.take(atMost: 10, for: .bulk) == 3)
        #expect(await slots.take(atMost: 10, for: .interactive) == 1)
        slots.close()
    }

    @Test func bulkWorkWaitsForInteractiveWorkButNotForever() {
        let start = ContinuousClock.now
        let turns = LaneTurns([.interactive, .bulk], now: start)
        for _ in 0..<5 {
            #expect(turns.next(now: start).lane == .interactive)
            turns.note(.interactive, count: 10)
        }
        #expect(turns.next(now: start + .seconds(6)).lane == .bulk)
        #expect(turns.next(now: start + .seconds(6)).lane == .interactive)
        turns.note(.interactive, count: 0)
        #expect(turns.next(now: start + .seconds(7)).lane == .bulk)
    }

    @Test func whoeverComesByTheInteractiveLaneNeverWaitsForALookAtTheBulkLane() {
        let turns = LaneTurns([.interactive, .bulk])
        #expect(turns.next() == (.interactive, .zero))
        turns.note(.interactive, count: 0)
        #expect(turns.next() == (.bulk, .zero))
        turns.note(.bulk, count: 0)
        #expect(turns.next() == (.interactive, .seconds(5)))
        turns.note(.interactive, count: 0)
        #expect(turns.next() == (.bulk, .zero))
        // While bulk work comes, it is not held up by watching an empty queue.
        turns.note(.bulk, count: 10)
        #expect(turns.next() == (.interactive, .zero))
        turns.note(.interactive, count: 0)
        #expect(turns.next() == (.bulk, .zero))
        #expect(LaneTurns([.bulk]).next() == (.bulk, .seconds(20)))
    }

    /// A bulk lane at its bound must not keep the only poll waiting for a slot that it may not have.
    @Test func interactiveWorkIsServedWhileTheBulkLaneHasAllThatItMay() async throws {
        let deliveries = try await world.deliveries(0..<3)
        world.bulk.add(Array(deliveries[..<2]))
        let begun = Mutex(false)
        let stage = TestStage { number, _ in
            guard number < 2 else { return }
            begun.withLock { $0 = true }
            try await Task.sleep(for: .seconds(60))
        }
        let worker = Worker(stage: stage, world: world.world(), concurrency: 2)
        let work = Task { try await worker.run(grace: .milliseconds(10)) }
        #expect(await eventually { begun.withLock { $0 } })
        try await Task.sleep(for: .milliseconds(50))
        world.queue.add([deliveries[2]])
        #expect(await eventually { acknowledged(world.queue) == [deliveries[2].receipt] })
        work.cancel()
        _ = await work.result
    }

    /// Each end of a bulk run must bring the next one at once, not at the end of a long poll of the empty other queue.
    @Test(arguments: [1, 4])
    func bulkWorkIsNotHeldUpByWatchingTheInteractiveQueue(concurrency: Int) async throws {
        world.bulk.add(try await world.deliveries(0..<30))
        let stage = TestStage { _, _ in try await Task.sleep(for: .milliseconds(5)) }
        let worker = Worker(stage: stage, world: world.world(), concurrency: concurrency)
        let began = ContinuousClock.now
        let work = Task { try await worker.run() }
        #expect(await eventually { acknowledged(world.bulk).count == 30 })
        #expect(.now - began < .seconds(8))
        work.cancel()
        _ = await work.result
    }

    /// While bulk work takes all that it may for long, the interactive queue is looked at, but not again and again.
    @Test func aBusyBulkLaneDoesNotMakeTheInteractiveQueueBeAskedWithoutEnd() async throws {
        world.bulk.add(try await world.deliveries(0..<9))
        let stage = TestStage { _, _ in try await Task.sleep(for: .seconds(60)) }
        let worker = Worker(stage: stage, world: world.world(), concurrency: 4)
        let work = Task { try await worker.run(grace: .milliseconds(10)) }
        try await Task.sleep(for: .milliseconds(1500))
        #expect(receives(world.queue).count < 8)
        work.cancel()
        _ = await work.result
    }

    @Test func aWorkerOfOneLaneUsesAllItsSlots() async {
        let slots = Slots(4, lanes: [.bulk])
        #expect(await slots.take(atMost: 10, for: .bulk) == 4)
        slots.close()
    }

    @Test func onePollWhenIdleAndMoreUnderLoad() async throws {
        world.queue.add(try await world.deliveries(0..<200))
        let polls = Mutex(0)
        let most = Mutex(0)
        let queue = RecordingQueue { call throws(Fault) in
            guard case .receive = call else { return }
            let now = polls.withLock { polls in
                polls += 1
                return polls
            }
            most.withLock { $0 = max($0, now) }
            try? await Task.sleep(for: .milliseconds(20))
            polls.withLock { $0 -= 1 }
        }
        let busy = TestWorld(queue: queue)
        queue.add(try await busy.deliveries(0..<200))
        let worker = Worker(stage: TestStage { _, _ in }, world: busy.world(), lanes: [.interactive], concurrency: 80)
        let work = Task { try await worker.run() }
        #expect(await eventually { acknowledged(queue).count == 200 })
        #expect(most.withLock { $0 } > 1)
        work.cancel()
        _ = await work.result
        let idle = TestWorld()
        let idler = Worker(stage: TestStage { _, _ in }, world: idle.world(), lanes: [.interactive], concurrency: 80)
        let rest = Task { try await idler.run() }
        try await Task.sleep(for: .milliseconds(200))
        #expect(receives(idle.queue).count == 1)
        rest.cancel()
        _ = await rest.result
    }

    @Test func whatARunSendsTakesItsMessagesLane() async throws {
        let deliveries = try await world.deliveries(0..<1)
        world.bulk.add(deliveries)
        let sent = Mutex<[Lane]>([])
        let (inner, own) = (world.world(), RecordingQueue())
        let outer = inner.with { stage, lane in
            guard stage == "publish" else { return inner.queues(stage, lane) }
            sent.withLock { $0.append(lane) }
            return own
        }
        let worker = Worker(stage: TestStage { _, _ in }, world: outer, lanes: [.bulk])
        let work = Task { try await worker.run() }
        #expect(await eventually { own.sent.count == 1 })
        work.cancel()
        _ = await work.result
        #expect(sent.withLock { $0 } == [.bulk])
    }
}
