import Cloud
import Foundation
import Pipeline

/// Google's emulator of Pub/Sub on a free port of loopback, of this test run's own. It ends with the process.
final class PubSubEmulator: Sendable {
    struct StartFault: Error, CustomStringConvertible {
        let description: String
    }

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
    /// The server's guard ends it when this pipe closes, however this process ends.
    private let lifeline = Pipe()

    static func running() async throws -> PubSubEmulator { try await shared.value }

    private init() async throws {
        guard let binary = Self.binary else { throw StartFault(description: "the Pub/Sub emulator is not installed") }
        host = "127.0.0.1:\(try MiniStack.freePort())"
        let endpoint = try PubSubEndpoint(environment: ["PUBSUB_EMULATOR_HOST": host])
        caller = PubSubCaller(http: http, endpoint: endpoint, tokens: nil)
        try start(binary, host)
        try await waitUntilReady(endpoint.url)
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

    private func start(_ binary: String, _ host: String) throws {
        let server = Process()
        server.executableURL = URL(filePath: "/bin/sh")
        // The start script becomes the server: one process to end.
        let script = #""$0" --host=127.0.0.1 --port="$1" & server=$!; cat >/dev/null; kill -KILL $server"#
        server.arguments = ["-c", script, binary, String(host.drop { $0 != ":" }.dropFirst())]
        server.environment = ProcessInfo.processInfo.environment.merging(["JAVA_OPTS": "-Xmx256m"]) { $1 }
        server.standardInput = lifeline
        server.standardOutput = FileHandle.nullDevice
        server.standardError = FileHandle.nullDevice
        try server.run()
    }

    private func waitUntilReady(_ url: String) async throws {
        let request = HTTPRequest(method: "GET", url: "\(url)/", timeout: .total(.seconds(2)))
        for _ in 0..<300 {
            if let response = try? await http.send(request), response.status == 200 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw StartFault(description: "the Pub/Sub emulator did not answer at \(url) within 30 s")
    }
}
