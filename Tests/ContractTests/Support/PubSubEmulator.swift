import Cloud
import Foundation
import Pipeline

/// Google's emulator of Pub/Sub on a free port of loopback, of this test run's own. It ends with the process.
final class PubSubEmulator: Sendable {
    private static let shared = Task { try await PubSubEmulator() }
    private static let project = "projects/contract"

    /// The emulator's start script: `MEDIA_PUBSUB_EMULATOR`, or where the SDK's packages put it.
    static let binary: String? = {
        let path = "platform/pubsub-emulator/bin/cloud-pubsub-emulator"
        let named = ProcessInfo.processInfo.environment["MEDIA_PUBSUB_EMULATOR"].map { [$0] }
        let roots = ["/usr/lib", "/usr/local", "/usr/share", "/opt", NSHomeDirectory()]
        let candidates = named ?? roots.map { "\($0)/google-cloud-sdk/\(path)" }
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// "127.0.0.1:8085".
    let host: String
    let caller: PubSubCaller
    private let http = CurlHTTPClient()
    private let process: ServerProcess

    static func running() async throws -> PubSubEmulator {
        ContractRun.uses(.pubsub)
        return try await shared.value
    }

    private init() async throws {
        guard let binary = Self.binary else {
            throw ServerProcess.StartFault(description: "the Pub/Sub emulator is not installed")
        }
        let port = try ServerProcess.freePort()
        host = "127.0.0.1:\(port)"
        let endpoint = try PubSubEndpoint(environment: ["PUBSUB_EMULATOR_HOST": host])
        caller = PubSubCaller(http: http, endpoint: endpoint, tokens: nil)
        // The start script becomes the server: one process to end.
        let command = [binary, "--host=127.0.0.1", "--port=\(port)"]
        process = try ServerProcess("the Pub/Sub emulator", command, ["JAVA_OPTS": "-Xmx256m"])
        try await process.waitUntilReady("\(endpoint.url)/", http)
        // Its first messages take seconds on a busy machine, longer than the leases that tests take.
        let queue = try await queue()
        for result in await queue.send([OutgoingMessage(body: Data("warm".utf8))]) { try result.get() }
        _ = try await queue.receive(atMost: 1, wait: .seconds(5), lease: .seconds(30))
    }

    /// A new, empty queue; its messages count their deliveries.
    func queue() async throws -> PubSubQueue {
        let administration = PubSubAdministration(caller: caller)
        let name = "test-\(UUID().uuidString)"
        let (topic, dead) = ("\(Self.project)/topics/\(name)", "\(Self.project)/topics/\(name)-dlq")
        let subscription = "\(Self.project)/subscriptions/\(name)"
        try await administration.create(topic: topic)
        try await administration.create(topic: dead)
        let policy = PubSubSubscription.DeadLetterPolicy(deadLetterTopic: dead, maxDeliveryAttempts: 5)
        try await administration.create(subscription, PubSubSubscription(topic: topic, deadLetterPolicy: policy))
        return PubSubQueue(topic: topic, subscription: subscription, caller: caller)
    }
}
