import Cloud
import Foundation
import Pipeline
import Testing

/// What Pub/Sub alone has, against Google's emulator.
@Suite(
    .contract(.pubsub),
    .timeLimit(.minutes(2)),
    .enabled(
        if: PubSubEmulator.binary != nil,
        "Google's Pub/Sub emulator is not installed; MEDIA_PUBSUB_EMULATOR may name its start script"
    )
)
struct PubSubIntegrationTests {
    @Test func cancellingALongPollEndsItAtOnce() async throws {
        let queue = try await PubSubEmulator.running().queue()
        let task = Task { try await queue.receive(atMost: 1, wait: .seconds(20), lease: .seconds(30)) }
        try await Task.sleep(for: .milliseconds(500))
        let start = ContinuousClock.now
        task.cancel()
        let result = await task.result
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(throws: Fault.self) { try result.get() }
    }

    @Test func aLongPollEndsWithTheFirstMessage() async throws {
        let queue = try await PubSubEmulator.running().queue()
        let task = Task { try await queue.receive(atMost: 1, wait: .seconds(20), lease: .seconds(30)) }
        try await Task.sleep(for: .milliseconds(500))
        let start = ContinuousClock.now
        try await queue.send([OutgoingMessage(body: Data("a".utf8))])[0].get()
        #expect(try await task.value.count == 1)
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test func aLongPollOfAnEmptyQueueIsEmptyWhenItsTimeIsUp() async throws {
        let queue = try await PubSubEmulator.running().queue()
        let start = ContinuousClock.now
        #expect(try await queue.receive(atMost: 1, wait: .seconds(6), lease: .seconds(30)).isEmpty)
        #expect(ContinuousClock.now - start >= .seconds(6))
    }

    @Test func aMessageThatComesAfterAnEmptyWaitIsNotTakenByTheOldPull() async throws {
        let queue = try await PubSubEmulator.running().queue()
        #expect(try await queue.receive(atMost: 3, wait: .seconds(5), lease: .seconds(30)).isEmpty)
        let messages = ["a", "b", "c"].map { OutgoingMessage(body: Data($0.utf8)) }
        for result in await queue.send(messages) { try result.get() }
        let start = ContinuousClock.now
        var bodies: Set<Data> = []
        while bodies.count < 3, ContinuousClock.now - start < .seconds(8) {
            let deliveries = try await queue.receive(atMost: 1, wait: .seconds(5), lease: .seconds(30))
            #expect(deliveries.count <= 1)
            bodies.formUnion(deliveries.map(\.body))
        }
        #expect(bodies.count == 3)
    }

    @Test func aMessageThatIsGivenBackAfterAShortWaitIsThereForOthersAtOnce() async throws {
        let queue = try await PubSubEmulator.running().queue()
        try await queue.send([OutgoingMessage(body: Data("a".utf8))])[0].get()
        let held = try #require(try await queue.receive(atMost: 1, wait: .seconds(1), lease: .seconds(60)).first)
        #expect(try await queue.receive(atMost: 1, wait: .seconds(1), lease: .seconds(60)).isEmpty)
        try await queue.release([held.receipt], after: .zero)[0].get()
        let other = PubSubQueue(
            topic: queue.topic,
            subscription: queue.subscription,
            caller: try await PubSubEmulator.running().caller
        )
        #expect(try await other.receive(atMost: 1, wait: .seconds(2), lease: .seconds(60)).count == 1)
    }

    @Test func aSubscriptionIsMadeOnceAndNeverExpires() async throws {
        let emulator = try await PubSubEmulator.running()
        let administration = PubSubAdministration(caller: emulator.caller)
        let queue = try await emulator.queue()
        try await administration.create(queue.subscription, PubSubSubscription(topic: queue.topic))
        let subscription = try #require(try await administration.subscription(queue.subscription))
        #expect(subscription.ackDeadlineSeconds == 60)
        #expect(subscription.deadLetterPolicy?.maxDeliveryAttempts == 5)
        #expect(subscription.neverExpires)
        #expect(!subscription.isExactlyOnce)
        #expect(try await administration.subscription("\(queue.subscription)-missing") == nil)
    }

    @Test func aSubscriptionThatDoesNotExistIsAReject() async throws {
        let emulator = try await PubSubEmulator.running()
        let name = "projects/contract/subscriptions/missing"
        let queue = PubSubQueue(topic: "projects/contract/topics/missing", subscription: name, caller: emulator.caller)
        let fault = await #expect(throws: Fault.self) {
            try await queue.receive(atMost: 1, wait: .zero, lease: .seconds(30))
        }
        #expect(fault?.faultClass == "reject", "\(String(describing: fault))")
    }
}
