import Foundation
import Pipeline
import StageRuntime
import Synchronization
import Testing

@Suite(.serialized) struct LambdaTests {
    private let world: LambdaTestWorld

    init() throws { world = try LambdaTestWorld() }

    @Test func aBatchThatEndsWellNamesNoFailures() async throws {
        let event = try await world.event([try await world.register(1), try await world.register(2)])
        try await world.serving {
            world.server.call("call-1", event)
            let answer = try await world.server.answer()
            #expect(answer.path == "/invocation/call-1/response")
            #expect(answer.body == #"{"batchItemFailures":[]}"#)
        }
        #expect(await world.state(1)?.state == .done)
        #expect(await world.state(2)?.state == .done)
        #expect(await world.queues["publish"]?.count == 2)
    }

    @Test func onlyTheMessageThatFailedComesAgainAndItsDelayIsSetOnTheQueue() async throws {
        var bodies: [String] = []
        for number in 1...3 { bodies.append(try await world.register(number)) }
        let event = try await world.event(bodies)
        try await world.serving { context in
            guard context.asset == LambdaTestWorld.asset(2) else { return }
            throw Fault.retry("model.run", after: .seconds(40))
        } _: {
            world.server.call("call", event)
            let answer = try await world.server.answer()
            #expect(answer.body == Self.failures("message-2"))
        }
        #expect(await world.state(1)?.state == .done)
        #expect(await world.state(2)?.reason?.contains("model.run") == true)
        await world.source.advance(by: .seconds(39))
        #expect(await world.source.receive(atMost: 10, wait: .zero, lease: .zero).isEmpty)
        await world.source.advance(by: .seconds(2))
        #expect(await world.source.receive(atMost: 10, wait: .zero, lease: .zero).map(\.messageID) == ["message-2"])
    }

    @Test func aMessageWhoseDelayCanNotBeSetComesAgainAllTheSame() async throws {
        let event = try await world.event([try await world.register(1)])
        let source = world.source
        try await world.serving { _ in
            // Its lease on the real queue runs out.
            await source.advance(by: .seconds(3600))
            throw Fault.retry("model.run")
        } _: {
            world.server.call("call", event)
            let answer = try await world.server.answer()
            #expect(answer.path == "/invocation/call/response")
            #expect(answer.body == Self.failures("message-1"))
        }
    }

    @Test func aMessageThatCanNotBeReadIsDeadLetteredAndDoesNotFailItsBatch() async throws {
        let event = try await world.event([try await world.register(1), "what?"])
        try await world.serving {
            world.server.call("call", event)
            let answer = try await world.server.answer()
            #expect(answer.body == #"{"batchItemFailures":[]}"#)
        }
        let letters = await world.deadLetters.receive(atMost: 10, wait: .zero, lease: .seconds(1))
        #expect(letters.map { String(decoding: $0.body, as: UTF8.self) } == ["what?"])
        #expect(await world.state(1)?.state == .done)
    }

    @Test func workIsBrokenOffBeforeTheDeadlineAndCostsNoAttempt() async throws {
        var bodies: [String] = []
        for number in 1...3 { bodies.append(try await world.register(number)) }
        let event = try await world.event(bodies)
        let begun = Mutex(0)
        try await world.serving { _ in
            begun.withLock { $0 += 1 }
            try await Task.sleep(for: .seconds(600))
        } _: {
            let deadline = LambdaRuntimeServer.now() + 3000
            world.server.call("call", event, seconds: 3)
            let answer = try await world.server.answer()
            #expect(answer.body == Self.failures("message-1", "message-2", "message-3"))
            #expect(answer.unixMilliseconds < deadline)
        }
        #expect(begun.withLock { $0 } == 2, "no more at once than the stage's concurrency, and none late")
        #expect(await world.state(1)?.attempts == 0)
        await world.source.advance(by: .seconds(1))
        #expect(await world.source.receive(atMost: 10, wait: .zero, lease: .zero).count == 3)
    }

    @Test func theAnswerGoesOutInTimeAlsoWhereHandlersKeepTheThreadsBusyAndDoNotHearOfTheirEnd() async throws {
        let event = try await world.event([try await world.register(1), try await world.register(2)])
        try await world.serving { _ in
            let end = ContinuousClock.now + .milliseconds(2500)
            while ContinuousClock.now < end {}
        } _: {
            let deadline = LambdaRuntimeServer.now() + 2000
            world.server.call("call", event, seconds: 2)
            let answer = try await world.server.answer()
            #expect(answer.body == Self.failures("message-1", "message-2"))
            #expect(answer.unixMilliseconds < deadline)
        }
    }

    @Test func aMessageThatComesAgainIsSettledWithoutARun() async throws {
        let body = try await world.register(1)
        let (first, second) = (try await world.event([body]), try await world.event([body]))
        let runs = Mutex(0)
        try await world.serving { _ in
            runs.withLock { $0 += 1 }
        } _: {
            world.server.call("1", first)
            world.server.call("2", second)
            let answer2 = try await world.server.answer(2)
            #expect(answer2.body == #"{"batchItemFailures":[]}"#)
        }
        #expect(runs.withLock { $0 } == 1)
    }

    @Test func aMessageThatWasDamagedOnItsWayComesAgainAndIsNotRun() async throws {
        let event = try await world.event([try await world.register(1)])
        let damaged = event.replacing("\\\"v\\\":1", with: "\\\"v\\\":7")
        #expect(damaged != event)
        try await world.serving {
            world.server.call("call", damaged)
            let answer = try await world.server.answer()
            #expect(answer.body == Self.failures("message-1"))
        }
        #expect(await world.deadLetters.count == 0)
    }

    @Test(arguments: [#"{"source":"aws.events"}"#, #"{"Records":[{"eventSource":"aws:s3","s3":{}}]}"#, "[]"])
    func anEventThatIsNoBatchIsAnErrorOfItsCallAndTheNextOneIsServed(event: String) async throws {
        let batch = try await world.event([try await world.register(1)])
        try await world.serving {
            world.server.call("odd", event)
            world.server.call("even", batch)
            let answer = try await world.server.answer()
            #expect(answer.path == "/invocation/odd/error")
            #expect(answer.body.contains("no batch of SQS messages"))
            let answer2 = try await world.server.answer(2)
            #expect(answer2.path == "/invocation/even/response")
        }
    }

    @Test func aFetchThatFailsIsTriedAgain() async throws {
        let event = try await world.event([try await world.register(1)])
        world.server.refuse(3)
        world.server.call("call", event)
        try await world.serving { _ = try await world.server.answer() }
    }

    @Test(.timeLimit(.minutes(1))) func theFunctionEndsWhereCallsCanNotBeFetchedAnyMore() async throws {
        world.server.refuse(.max)
        await #expect(throws: Fault.self) { try await world.worker().run() }
    }

    @Test func aFunctionThatIsStoppedAnswersTheCallThatItIsAtWorkOn() async throws {
        let event = try await world.event([try await world.register(1)])
        let begun = AsyncStream.makeStream(of: Void.self)
        try await world.serving { _ in
            begun.continuation.yield()
            try await Task.sleep(for: .seconds(600))
        } _: {
            world.server.call("call", event)
            for await _ in begun.stream { break }
        }
        #expect(world.server.answers.map(\.body) == [Self.failures("message-1")])
        #expect(await world.state(1)?.attempts == 0)
    }

    @Test func messagesThatACrashLeftInTheOutboxAreSentAfterTheCall() async throws {
        let event = try await world.event([try await world.register(1), "what?"])
        let run = RunKey(tenant: "default", asset: LambdaTestWorld.asset(2), generation: 1, name: "echo")
        _ = try await world.register(2)
        guard case .granted(let claim) = await world.catalog.claim(run, build: "test", lease: .seconds(60)) else {
            Issue.record("the run could not be claimed")
            return
        }
        let left = OutboxMessage(id: "left", stage: "publish", body: Data("left".utf8))
        _ = try await world.catalog.commit(
            Commit(claim: claim, rows: [], messages: [left], isEmpty: true, completion: nil)
        )
        try await world.serving {
            world.server.call("call", event)
            _ = try await world.server.answer()
            for _ in 0..<400 where await world.queues["publish"]?.count != 2 {
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        #expect(await world.queues["publish"]?.count == 2)
    }

    @Test func aSettingThatIsWrongIsToldBeforeTheFirstCall() async throws {
        let fault = await #expect(throws: Fault.self) {
            try await LambdaProcess.run(
                LambdaTestStage(),
                address: world.server.address,
                environment: ["DATABASE_URL": "postgresql://localhost/media"]
            )
        }
        #expect(try #require(fault).description.contains("MEDIA_BUCKET is not set"))
        let answer = try await world.server.answer()
        #expect(answer.path == "/init/error")
        #expect(answer.body.contains("MEDIA_BUCKET is not set"))
    }

    private static func failures(_ ids: String...) -> String {
        let items = ids.map { #"{"itemIdentifier":"\#($0)"}"# }.joined(separator: ",")
        return #"{"batchItemFailures":[\#(items)]}"#
    }
}
