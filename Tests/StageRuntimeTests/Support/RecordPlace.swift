import Cloud
import FoundationEssentials
import Logging
import Pipeline
import StageRuntime
import Synchronization
import Testing

/// The asset of a message, in its third generation, with a copy, a failed run and what others have found.
struct RecordPlace {
    static let source = reference("uploads/a.txt", "d1")
    static let copy: AssetID = "00000000-0000-8000-a000-000000000002"

    let folder = URL.temporaryDirectory.path() + "record-tests-\(UUID().uuidString)"
    let test = TestWorld()
    let world: World
    private let said = Said()

    init(byteCount: Int = 5) async throws {
        let (queue, letters, catalog) = (test.queue, test.deadLetters, test.catalog)
        let objects = MemoryObjectStore()
        world = World(
            tenant: "default",
            bucket: "media",
            build: "test",
            queues: { _, _ in queue },
            deadLetters: { _ in letters },
            objects: objects,
            catalog: catalog,
            models: MemoryModelClient(),
            // A replay's own, too: payloads are checked by their digests.
            digester: OpenSSLDigester(),
            now: { 0 },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        await objects.overwrite("uploads/a.txt", [UInt8](repeating: 97, count: byteCount), contentType: "text/plain")
        await objects.overwrite("derived/k", [1, 2, 3])
        let ingest = Self.key("ingest", generation: 0)
        for generation in 1...3 {
            let runs: [PlannedRun] = [
                PlannedRun("probe"), PlannedRun("scenes"), PlannedRun("readtext", after: "scenes"),
                PlannedRun("transcribe"), PlannedRun("embed", after: "transcribe"),
            ]
            let registration = AssetRegistration(
                asset: TestWorld.asset,
                generation: generation,
                source: Self.source,
                plan: try Plan(generation < 3 ? [PlannedRun("probe")] : runs)
            )
            try await catalog.write([.register(registration)], for: ingest)
        }
        let copy = AssetRegistration(
            asset: Self.copy,
            generation: 1,
            source: Self.reference("uploads/b.txt", "d1"),
            copyOf: TestWorld.asset,
            plan: try Plan([PlannedRun("match")])
        )
        try await catalog.write([.register(copy)], for: ingest)
        let facts = AssetFacts(kind: .video, durationMilliseconds: 9, details: "{}")
        let moments = ["two", "one"].map { Moment(kind: .text, text: $0) }
        let output = Output(name: .keyframe, identity: "i", key: "derived/k", contentType: "image/jpeg")
        try await catalog.write([.facts(facts), .outputs([output])], for: Self.key("scenes"))
        try await catalog.write([.moments(moments)], for: Self.key("readtext"))
        try await end("scenes", Fault.reject("scenes", "no frame: at all"))
        try await end("transcribe", nil)
    }

    static func reference(_ key: String, _ digest: Digest) -> ObjectReference {
        ObjectReference(bucket: "media", key: key, byteCount: 5, contentType: nil, digest: digest)
    }

    static func key(_ name: RunName, generation: Int = 3) -> RunKey {
        RunKey(tenant: "default", asset: TestWorld.asset, generation: generation, name: name)
    }

    private func end(_ name: RunName, _ fault: Fault?) async throws {
        let outcome = await test.catalog.claim(Self.key(name), build: "test", lease: .seconds(60))
        guard case .granted(let claim) = outcome else {
            Issue.record("\(name) is \(outcome)")
            return
        }
        if let fault {
            _ = await test.catalog.fail(claim, fault: fault, completion: nil)
        } else {
            let commit = Commit(claim: claim, rows: [], messages: [], isEmpty: true, note: "cut", completion: nil)
            _ = try await test.catalog.commit(commit)
        }
    }

    static func delivery(_ id: String = "m-1", attributes: [String: String] = [:]) throws -> Delivery {
        let envelope = Envelope(
            id: "1",
            tenant: "default",
            asset: TestWorld.asset,
            generation: 3,
            sent: "2026-01-01T00:00:00Z",
            payload: AssetReceived(source: source)
        )
        return Delivery(
            messageID: id,
            receipt: "r",
            body: try envelope.encoded(),
            attributes: attributes,
            receiveCount: 1
        )
    }

    func recorder(folder: String? = nil, count: Int = 10) -> CaseRecorder {
        CaseRecorder(ReaderStage(), world: world, folder: folder ?? self.folder, count: count) { path throws(Fault) in
            try await Self.report(of: path)
        } announce: { [said] in
            said.append($0)
        }
    }

    static func report(of path: String) async throws(Fault) -> String {
        guard let world = try await ReplayCase.world(beside: path) else { throw .reject("test", "no world") }
        let file = try FileByteSource(path: path)
        let body = Data(try file.read(at: 0, count: Int(file.byteCount)))
        return try await Replay(stage: ReaderStage(), world: world).effects(of: body).json() + "\n"
    }

    func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "\(folder)/\(path)")), as: UTF8.self)
    }

    var files: [String] {
        ((try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []).filter { $0.contains(".") }.sorted()
    }

    var announced: [String] { said.paths }

    /// What became of the deliveries.
    var settlements: [RecordingQueue.Call] {
        test.queue.calls.filter { if case .extend = $0 { false } else { true } }
    }

    /// The run that the deliveries ask for.
    var probe: LedgerRow? {
        get async {
            await test.catalog.ledger(of: TestWorld.asset, generation: 3, of: "default").first {
                $0.run.name == "probe"
            }
        }
    }

    /// Runs deliveries one after the other, as a worker would.
    func run(_ deliveries: [Delivery], by recorder: CaseRecorder) async throws {
        var world = world
        world.recorder = recorder
        let runner = Runner(stage: ReaderStage(), world: world)
        for delivery in deliveries { await runner.run(delivery) }
        await recorder.finish()
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}

/// What a recorder has told.
private final class Said: Sendable {
    private let state = Mutex<[String]>([])

    var paths: [String] { state.withLock { $0 } }

    func append(_ path: String) { state.withLock { $0.append(path) } }
}
