import FoundationEssentials
import Pipeline
import Testing

@Suite struct DeadLetterQueueTests {
    private let queue = MemoryQueue()
    private let setting = StageSetting(tenant: "default", bucket: "media", digester: MemoryDigester())

    private var letters: DeadLetterQueue { DeadLetterQueue(stage: "embed", queue: queue, setting: setting) }

    private func fill(_ bodies: [String]) async {
        _ = await queue.send(bodies.map { OutgoingMessage(body: Data($0.utf8)) })
    }

    @Test func everyLetterIsSeenOnceAndWhatIsKeptCanBeReadAtOnce() async throws {
        await fill((0..<25).map { "\($0)" })
        for _ in 0..<2 {
            var seen: [String] = []
            _ = try await letters.visit { letter in
                seen.append(String(decoding: letter.body, as: UTF8.self))
                return .keep
            }
            #expect(seen == (0..<25).map { "\($0)" })
        }
    }

    @Test func onlyWhatIsRemovedGoes() async throws {
        await fill(["keep", "drop", "keep"])
        let unsettledCount = try await letters.visit { $0.body == Data("drop".utf8) ? .remove : .keep }
        #expect(unsettledCount == 0)
        #expect(await queue.receive(atMost: 10, wait: .zero, lease: .zero).count == 2)
        #expect(await queue.count == 2)
    }

    @Test func aStopOrAnErrorGivesAllBack() async throws {
        await fill(["1", "2", "3"])
        var count = 0
        _ = try await letters.visit { _ in
            count += 1
            return .stop
        }
        #expect(count == 1)
        await #expect(throws: Fault.self) { _ = try await letters.visit { _ in throw Fault.retry("test") } }
        #expect(await queue.receive(atMost: 10, wait: .zero, lease: .zero).count == 3)
    }

    @Test func aLetterThatWasSentBackCanBeRunAgain() async throws {
        let (catalog, target) = (MemoryCatalog(), MemoryQueue())
        let run = try await failedRun(in: catalog)
        let redrive = Redrive(catalog: catalog, queue: { _ in target })
        _ = try await letters.visit { try await redrive.send($0) ? .remove : .keep }
        #expect(await queue.count == 0)
        #expect(await target.receive(atMost: 10, wait: .zero, lease: .zero).count == 1)
        guard case .granted(let claim) = await catalog.claim(run, build: "test", lease: .zero) else {
            Issue.record("the run is closed")
            return
        }
        #expect(claim.attempt == 1)
    }

    @Test func aLetterOfAnOldGenerationStaysWhereItIs() async throws {
        let (catalog, target) = (MemoryCatalog(), MemoryQueue())
        let run = try await failedRun(in: catalog)
        try await catalog.write([.remove(nil)], for: run)
        let redrive = Redrive(catalog: catalog, queue: { _ in target })
        _ = try await letters.visit { try await redrive.send($0) ? .remove : .keep }
        #expect(await queue.count == 1)
        #expect(await target.count == 0)
    }

    @Test func aLetterThatIsNoEnvelopeIsSentBackAsItIs() async throws {
        await fill(["not JSON"])
        let target = MemoryQueue()
        let redrive = Redrive(catalog: MemoryCatalog(), queue: { _ in target })
        _ = try await letters.visit { try await redrive.send($0) ? .remove : .keep }
        #expect(await target.receive(atMost: 1, wait: .zero, lease: .zero).first?.body == Data("not JSON".utf8))
    }

    @Test func aLetterIsSentBackWithItsOwnAttributesAndWithoutItsNotice() async throws {
        let attributes = ["eventType": "OBJECT_FINALIZE", "MediaReason": "broken", "MediaBuild": "b1"]
        _ = await queue.send([OutgoingMessage(body: Data(), attributes: attributes, orderingKey: "k")])
        let target = MemoryQueue()
        let redrive = Redrive(catalog: MemoryCatalog(), queue: { _ in target })
        _ = try await letters.visit { try await redrive.send($0) ? .remove : .keep }
        let delivery = await target.receive(atMost: 1, wait: .zero, lease: .zero).first
        #expect(delivery?.attributes == ["eventType": "OBJECT_FINALIZE"])
        #expect(delivery?.orderingKey == "k")
    }

    /// An asset whose one run has failed, and its letter on the queue.
    private func failedRun(in catalog: MemoryCatalog) async throws -> RunKey {
        let name = RunName("embed", part: "speech")
        let run = RunKey(tenant: "default", asset: "a", generation: 1, name: name)
        let source = ObjectReference(
            bucket: "media",
            key: "a.mp4",
            byteCount: 1,
            contentType: "video/mp4",
            digest: "d"
        )
        let plan = try Plan([PlannedRun(name)])
        let registration = AssetRegistration(
            asset: "a",
            generation: 1,
            source: source,
            sequencer: nil,
            copyOf: nil,
            plan: plan
        )
        let ingest = RunKey(tenant: "default", asset: "a", generation: 0, name: "ingest")
        try await catalog.write([.register(registration)], for: ingest)
        guard case .granted(let claim) = await catalog.claim(run, build: "test", lease: .zero) else { return run }
        _ = await catalog.fail(claim, fault: .reject("test", "broken"), completion: nil)
        let envelope = Envelope(
            id: "m",
            tenant: "default",
            asset: "a",
            generation: 1,
            sent: "2026-01-01T00:00:00.000Z",
            payload: TextReady(moments: .speech)
        )
        _ = await queue.send([OutgoingMessage(body: try envelope.encoded())])
        return run
    }
}
