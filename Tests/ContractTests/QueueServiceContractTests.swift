import Cloud
import Foundation
import Pipeline
import StageRuntime
import Testing

/// Every message service is wired by settings alone, and makes and finds queues by their names.
@Suite(.timeLimit(.minutes(2))) struct QueueServiceContractTests {
    private static var kinds: [QueueKind] { QueueKind.allCases.filter { $0 != .memory } }

    /// A prefix of its own, so that no queue is there yet.
    private func wiring(_ kind: QueueKind) async throws -> Wiring {
        let cloud = try await AWSServer.running(kind == .moto ? .moto : .ministack).settings.sqs
        var environment = [
            "AWS_REGION": "eu-central-1", "AWS_ENDPOINT_URL": "http://\(cloud.authority)", "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test", "MEDIA_BUCKET": "media", "DATABASE_URL": "postgresql://localhost:1/none",
            "MEDIA_QUEUE_PREFIX": "p\(UUID().uuidString.prefix(8).lowercased())",
        ]
        if kind == .pubsub {
            environment["MEDIA_QUEUE"] = "pubsub"
            environment["GOOGLE_CLOUD_PROJECT"] = "contract"
            environment["PUBSUB_EMULATOR_HOST"] = try await PubSubEmulator.running().host
        }
        return try Wiring(try Settings(environment: environment), name: "test")
    }

    @Test(arguments: kinds)
    func aQueueAndItsDeadLettersAreFoundOnceTheyAreMade(_ kind: QueueKind) async throws {
        let wiring = try await wiring(kind)
        let (name, letters) = (wiring.settings.queueName("echo"), wiring.settings.deadLetterQueueName("echo"))
        #expect(try await wiring.queues.find(name) == nil)
        for _ in 0..<2 { try await wiring.queues.create(name, deadLetters: letters, lease: .seconds(60)) }
        for name in [name, letters] {
            let found = try #require(try await wiring.queues.find(name))
            let message = OutgoingMessage(body: Data(name.utf8))
            for result in await wiring.queues.queue(name).send([message]) { try result.get() }
            let delivery = try await found.receive(atMost: 1, wait: .seconds(5), lease: .seconds(30)).first
            #expect(delivery?.body == message.body)
            #expect(delivery?.attributes[Delivery.sentTimestamp] != nil)
        }
        #expect((try await wiring.queues.notificationARN(of: name) == nil) == (kind == .pubsub))
    }

    @Test(arguments: kinds)
    func aStageWithoutItsQueueIsToldSoInOneLine(_ kind: QueueKind) async throws {
        let wiring = try await wiring(kind)
        let fault = try #require(await #expect(throws: Fault.self) { _ = try await wiring.world(for: "echo") })
        #expect(fault.faultClass == "reject")
        #expect(fault.description.contains(wiring.settings.queueName("echo")))
        #expect(fault.description.contains("MEDIA_QUEUE_PREFIX"))
        #expect(!fault.description.contains("\n"))
    }
}
