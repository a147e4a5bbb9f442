import FoundationEssentials
import Pipeline
import Synchronization
import Testing

@testable import StageRuntime

private struct Told: Event {
    static let kind: EventKind = "test.told.v1"
    let story: String
    var part: String { story.prefix(1).description }
}

private struct ReadStage: Stage {
    static let name: StageName = "test"
    static let revision = 1
    static let limits = StageLimits(timeoutSeconds: 60, concurrency: 4)
    static let sends: [StageName] = []
    let now: @Sendable (Int) -> Void

    func handle(_ told: Told, in context: StageContext) async throws -> Effects {
        now(1)
        try await Task.sleep(for: .seconds(1))
        now(-1)
        return Effects(isEmpty: true)
    }
}

@Suite struct ByteBudgetTests {
    @Test func whoeverWantsMoreThanThereIsWaitsInItsOrder() async {
        let budget = ByteBudget(10)
        await budget.take(6)
        let order = Mutex<[Int]>([])
        let large = Task { @Sendable in
            await budget.take(8)
            order.withLock { $0.append(8) }
        }
        #expect(!(await eventually(within: .milliseconds(50)) { !order.withLock { $0.isEmpty } }))
        // It would fit, but not before the one that came first.
        let small = Task { @Sendable in
            await budget.take(1)
            order.withLock { $0.append(1) }
        }
        #expect(!(await eventually(within: .milliseconds(50)) { !order.withLock { $0.isEmpty } }))
        budget.give(6)
        _ = await (large.value, small.value)
        #expect(order.withLock { Set($0) } == [8, 1])
    }

    @Test func oneThatIsLargerThanTheWholeHasItToItself() async {
        let budget = ByteBudget(10)
        await budget.take(100)
        let hasBegun = Mutex(false)
        let next = Task { @Sendable in
            await budget.take(1)
            hasBegun.withLock { $0 = true }
        }
        #expect(!(await eventually(within: .milliseconds(50)) { hasBegun.withLock { $0 } }))
        budget.give(100)
        await next.value
    }

    @Test func largePayloadsAreInMemoryOnlyAsFarAsTheyMay() async throws {
        let place = TestWorld()
        let world = place.world()
        let names = ["a", "b", "c"]
        let source = ObjectReference(bucket: "media", key: "a", byteCount: 1, contentType: nil, digest: "d")
        let registration = AssetRegistration(
            asset: TestWorld.asset,
            generation: 1,
            source: source,
            plan: try Plan(names.map { PlannedRun(RunName("test", part: $0)) })
        )
        let ingest = RunKey(tenant: "default", asset: TestWorld.asset, generation: 0, name: "ingest")
        try await place.catalog.write([.register(registration)], for: ingest)
        let running = Mutex(0)
        let most = Mutex(0)
        let stage = ReadStage { change in
            let now = running.withLock { running in
                running += change
                return running
            }
            most.withLock { $0 = max($0, now) }
        }
        let runner = Runner(BoundStage(stage), world, payloads: ByteBudget(700_000))
        try await withThrowingTaskGroup { group in
            for name in names {
                let envelope = Envelope(
                    id: name,
                    tenant: "default",
                    asset: TestWorld.asset,
                    generation: 1,
                    sent: "2026-01-01T00:00:00Z",
                    payload: Told(story: name + String(repeating: "x", count: 300_000))
                )
                let body = try await ClaimCheck(world).body(of: envelope)
                group.addTask {
                    await runner.run(Delivery(messageID: name, receipt: "r", body: body, receiveCount: 1))
                }
            }
        }
        #expect(most.withLock { $0 } == 2)
        let rows = await place.catalog.ledger(of: TestWorld.asset, generation: 1, of: "default")
        #expect(rows.filter { $0.run.name.stage == "test" }.map(\.state) == [.empty, .empty, .empty])
    }
}
