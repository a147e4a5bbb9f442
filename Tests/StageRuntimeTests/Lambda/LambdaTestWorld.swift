import Cloud
import Foundation
import Logging
import Pipeline
import StageRuntime

/// A function's surroundings: the runtime API on loopback, all else in memory.
final class LambdaTestWorld: Sendable {
    let server: LambdaRuntimeServer
    let queues: [StageName: MemoryQueue] = ["echo": MemoryQueue(), "publish": MemoryQueue()]
    let deadLetters = MemoryQueue()
    /// The event source, where messages and their delays really are.
    let source = MemoryQueue()
    let catalog = MemoryCatalog()
    private let http = CurlHTTPClient()

    static let arn = "arn:aws:sqs:us-east-1:000000000000:media-echo"

    init() throws { server = try LambdaRuntimeServer() }

    deinit { server.stop() }

    private func world() -> World {
        World(
            tenant: "default",
            bucket: "media",
            build: "test",
            queues: { [queues, deadLetters] stage, _ in queues[stage] ?? deadLetters },
            deadLetters: { [deadLetters] _ in deadLetters },
            objects: MemoryObjectStore(),
            catalog: catalog,
            models: MemoryModelClient(),
            digester: MemoryDigester(),
            now: SystemClock.unixMilliseconds,
            backOff: BackOff(base: .milliseconds(2), cap: .milliseconds(2), floor: .milliseconds(1)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func worker(
        _ behaviour: @escaping @Sendable (StageContext) async throws -> Void = { _ in }
    ) -> LambdaWorker<LambdaTestStage> {
        let api = LambdaRuntimeAPI(address: server.address, http: http)
        return LambdaWorker(stage: LambdaTestStage(behaviour: behaviour), world: world(), api: api) { [source] in
            $0 == Self.arn ? source : nil
        }
    }

    /// Runs the function while `body` does.
    func serving(
        _ behaviour: @escaping @Sendable (StageContext) async throws -> Void = { _ in },
        _ body: () async throws -> Void
    ) async throws {
        let worker = worker(behaviour)
        let serving = Task { try await worker.run() }
        do {
            try await body()
            serving.cancel()
            try await serving.value
        } catch {
            serving.cancel()
            throw error
        }
    }

    static func asset(_ number: Int) -> AssetID { AssetID(rawValue: "00000000-0000-8000-a000-00000000000\(number)") }

    /// An asset whose plan is one run, and the body of the message that asks for it.
    func register(_ number: Int) async throws -> String {
        let asset = Self.asset(number)
        let source = ObjectReference(
            bucket: "media",
            key: "\(number)",
            byteCount: 1,
            contentType: nil,
            digest: Digest(rawValue: "\(number)")
        )
        let registration = AssetRegistration(
            asset: asset,
            generation: 1,
            source: source,
            plan: try Plan([PlannedRun("echo")])
        )
        try await catalog.write(
            [.register(registration)],
            for: RunKey(tenant: "default", asset: asset, generation: 0, name: "ingest")
        )
        let envelope = Envelope(
            id: "\(number)",
            tenant: "default",
            asset: asset,
            generation: 1,
            sent: "2026-01-01T00:00:00Z",
            payload: AssetReceived(source: source)
        )
        return String(decoding: try envelope.encoded(), as: UTF8.self)
    }

    func state(_ number: Int) async -> LedgerRow? {
        await catalog.ledger(of: Self.asset(number), generation: 1, of: "default").first
    }

    /// Puts messages on the real queue and takes them off as the service does, for the function.
    func event(_ bodies: [String]) async throws -> String {
        _ = await source.send(bodies.map { OutgoingMessage(body: Data($0.utf8)) })
        let deliveries = await source.receive(atMost: 10, wait: .zero, lease: .seconds(360))
        return try Self.event(
            deliveries.map { delivery in
                [
                    "messageId": delivery.messageID,
                    "receiptHandle": delivery.receipt.rawValue,
                    "body": String(decoding: delivery.body, as: UTF8.self),
                    "attributes": [
                        "ApproximateReceiveCount": "\(delivery.receiveCount)", "SentTimestamp": "1700000000000",
                        "MessageGroupId": "a", "SequenceNumber": "18849496460467696128",
                    ],
                    "messageAttributes": [
                        "From": ["stringValue": "a test", "dataType": "String"],
                        "Bytes": ["binaryValue": "AAE=", "dataType": "Binary"],
                    ],
                    "md5OfBody": Hexadecimal.encoded(MD5.digest(Array(delivery.body))),
                    "eventSource": "aws:sqs",
                    "eventSourceARN": Self.arn,
                    "awsRegion": "us-east-1",
                ]
            }
        )
    }

    static func event(_ records: [[String: Any]]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: ["Records": records]), as: UTF8.self)
    }
}
