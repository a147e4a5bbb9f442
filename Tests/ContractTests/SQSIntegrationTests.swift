import Cloud
import Foundation
import Pipeline
import Testing

/// What SQS alone has.
@Suite(.contract(.sqs), .timeLimit(.minutes(2))) struct SQSIntegrationTests {
    private func administration(_ server: ContractServer) async throws -> (SQSAdministration, SQSCaller) {
        let caller = try await AWSServer.running(server).sqs
        return (SQSAdministration(caller: caller), caller)
    }

    @Test(arguments: AWSServer.kinds)
    func cancellingALongPollEndsItAtOnce(_ server: ContractServer) async throws {
        let (administration, caller) = try await administration(server)
        let url = try await administration.create("cancel-\(UUID().uuidString)", SQSQueueSettings())
        let queue = SQSQueue(url: url, caller: caller)
        let task = Task { try await queue.receive(atMost: 1, wait: .seconds(20), lease: .seconds(30)) }
        try await Task.sleep(for: .milliseconds(500))
        let start = ContinuousClock.now
        task.cancel()
        let result = await task.result
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(throws: Fault.self) { try result.get() }
    }

    @Test(arguments: AWSServer.kinds)
    func aLongPollEndsWithTheFirstMessage(_ server: ContractServer) async throws {
        let (administration, caller) = try await administration(server)
        let url = try await administration.create("wait-\(UUID().uuidString)", SQSQueueSettings())
        let queue = SQSQueue(url: url, caller: caller)
        let task = Task { try await queue.receive(atMost: 1, wait: .seconds(20), lease: .seconds(30)) }
        try await Task.sleep(for: .milliseconds(500))
        let start = ContinuousClock.now
        try await queue.send([OutgoingMessage(body: Data("a".utf8))])[0].get()
        let delivery = try #require(try await task.value.first)
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(delivery.attributes[Delivery.sentTimestamp].flatMap { Int64($0) } != nil)
    }

    @Test(arguments: AWSServer.kinds)
    func aQueueThatDoesNotExistIsARejectOrNil(_ server: ContractServer) async throws {
        let (administration, caller) = try await administration(server)
        #expect(try await administration.url(of: "missing-\(UUID().uuidString)") == nil)
        let known = try await administration.create("gone-\(UUID().uuidString)", SQSQueueSettings())
        let queue = SQSQueue(url: known + "-missing", caller: caller)
        let fault = await #expect(throws: Fault.self) {
            try await queue.receive(atMost: 1, wait: .zero, lease: .seconds(1))
        }
        #expect(fault?.faultClass == "reject", "\(String(describing: fault))")
    }

    @Test(arguments: AWSServer.kinds)
    func aMessageReceivedTooOftenGoesToTheDeadLetterQueue(_ server: ContractServer) async throws {
        let (administration, caller) = try await administration(server)
        let name = "redrive-\(UUID().uuidString)"
        let deadURL = try await administration.create("\(name)-dlq", SQSQueueSettings())
        let arn = try await administration.state(of: deadURL).arn
        #expect(arn.hasSuffix("\(name)-dlq"))
        let settings = SQSQueueSettings(redrive: .init(deadLetterARN: arn, receiveCount: 1))
        let queue = SQSQueue(url: try await administration.create(name, settings), caller: caller)
        try await queue.send([OutgoingMessage(body: Data("a".utf8))])[0].get()
        let delivery = try #require(try await queue.receive(atMost: 1, wait: .zero, lease: .seconds(60)).first)
        try await queue.release([delivery.receipt], after: .zero)[0].get()
        #expect(try await queue.receive(atMost: 1, wait: .seconds(1), lease: .seconds(60)).isEmpty)
        #expect(try await administration.state(of: deadURL).visibleCount == 1)
    }

    @Test(arguments: AWSServer.kinds)
    func aQueueTellsHowFullItIs(_ server: ContractServer) async throws {
        let (administration, caller) = try await administration(server)
        let url = try await administration.create("state-\(UUID().uuidString)", SQSQueueSettings())
        let queue = SQSQueue(url: url, caller: caller)
        let sent = await queue.send([
            OutgoingMessage(body: Data("a".utf8)), OutgoingMessage(body: Data("b".utf8)),
            OutgoingMessage(body: Data("c".utf8), delay: .seconds(600)),
        ])
        for result in sent { try result.get() }
        _ = try await queue.receive(atMost: 1, wait: .zero, lease: .seconds(60))
        let state = try await administration.state(of: url)
        #expect(state.visibleCount == 1)
        #expect(state.inFlightCount == 1)
        #expect(state.delayedCount == 1)
    }

    @Test(arguments: AWSServer.kinds)
    func makingAQueueTwiceKeepsItAndTakesTheNewSettings(_ server: ContractServer) async throws {
        let (administration, _) = try await administration(server)
        let name = "twice-\(UUID().uuidString)"
        let first = try await administration.create(name, SQSQueueSettings())
        let second = try await administration.create(name, SQSQueueSettings(visibilityTimeout: .seconds(7)))
        #expect(first == second)
    }
}
