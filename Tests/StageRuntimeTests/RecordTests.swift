import Cloud
import FoundationEssentials
import Pipeline
import Testing

@testable import StageRuntime

@Suite struct RecordTests {
    @Test func aCaseReplaysToWhatTheRunHasWritten() async throws {
        let place = try await RecordPlace()
        defer { place.remove() }
        let recorder = place.recorder()
        try await place.run([RecordPlace.delivery()], by: recorder)
        let written = await place.test.catalog
            .moments(of: TestWorld.asset, generation: 3, kinds: [.text], of: "default")
            .filter { $0.key.run == "probe" }
        #expect(written.count == 10)
        let path = "\(place.folder)/probe/m-1.json"
        #expect(place.announced == [path])
        #expect(place.files == ["probe/m-1.effects.json", "probe/m-1.json", "probe/m-1.world.json"])
        let kept = try place.text("probe/m-1.effects.json")
        for _ in 0..<2 { #expect(try await RecordPlace.report(of: path) == kept) }
        struct Report: Decodable {
            struct Run: Decodable { let effects: Effects }
            struct Effects: Decodable { let rows: [CatalogWrite] }
            let runs: [Run]
        }
        let report = try JSONDecoder().decode(Report.self, from: Data(kept.utf8))
        guard case .moments(let moments)? = report.runs.first?.effects.rows.first else {
            Issue.record("no moments in \(kept)")
            return
        }
        #expect(moments == written.map(\.moment))
    }

    @Test func aCaseMovesToAnotherFolderWhole() async throws {
        let place = try await RecordPlace()
        defer { place.remove() }
        try await place.run([RecordPlace.delivery()], by: place.recorder())
        let moved = "\(place.folder)-moved"
        try FileManager.default.moveItem(atPath: place.folder, toPath: moved)
        defer { try? FileManager.default.removeItem(atPath: moved) }
        let report = try await RecordPlace.report(of: "\(moved)/probe/m-1.json")
        let kept = try Data(contentsOf: URL(filePath: "\(moved)/probe/m-1.effects.json"))
        #expect(Data(report.utf8) == kept)
    }

    @Test(arguments: [true, false])
    func aMessageIsSettledAlikeWhereItCanNotBeRecorded(canBeRecorded: Bool) async throws {
        let place = try await RecordPlace()
        defer { place.remove() }
        let recorder = place.recorder(folder: canBeRecorded ? nil : "/dev/null/cases")
        try await place.run([RecordPlace.delivery()], by: recorder)
        #expect(place.settlements == [.acknowledge(["r"])])
        #expect(await place.probe?.state == .done)
        #expect(place.announced.count == (canBeRecorded ? 1 : 0))
    }

    @Test func aMessageDoesNotWaitForAWorldThatDoesNotAnswer() async throws {
        let place = try await RecordPlace()
        defer { place.remove() }
        let world = World(
            tenant: "default",
            bucket: "media",
            build: "test",
            queues: { [queue = place.test.queue] _, _ in queue },
            deadLetters: { [letters = place.test.deadLetters] _ in letters },
            objects: SilentStore(),
            catalog: place.test.catalog,
            models: MemoryModelClient(),
            digester: OpenSSLDigester(),
            now: { 0 },
            logger: place.world.logger
        )
        let recorder = CaseRecorder(
            ReaderStage(),
            world: world,
            folder: place.folder,
            wait: .milliseconds(20)
        ) { _ throws(Fault) in "" }
        try await place.run([RecordPlace.delivery()], by: recorder)
        #expect(await place.probe?.state == .done)
        #expect(place.files.isEmpty)
    }

    @Test func aCaseThatHasNoEffectsIsKeptWithoutThem() async throws {
        let place = try await RecordPlace()
        defer { place.remove() }
        let recorder = CaseRecorder(ReaderStage(), world: place.world, folder: place.folder) { _ throws(Fault) in
            throw .reject("test", "no effects")
        }
        try await place.run([RecordPlace.delivery()], by: recorder)
        #expect(place.files == ["probe/m-1.json", "probe/m-1.world.json"])
        #expect(await place.probe?.state == .done)
    }

    @Test func recordingIsFullAfterItsCountAndAMessageCountsOnce() async throws {
        let place = try await RecordPlace()
        defer { place.remove() }
        let recorder = place.recorder(count: 2)
        let ids = ["a", "a", "b", "c"]
        try await place.run(try ids.map { try RecordPlace.delivery($0) }, by: recorder)
        await recorder.waitUntilFull()
        #expect(place.announced == ["a", "b"].map { "\(place.folder)/probe/\($0).json" })
        #expect(place.settlements.count == ids.count, "what is not recorded is done all the same")
    }

    @Test func attributesAreKeptWithoutTheServices() async throws {
        let place = try await RecordPlace()
        defer { place.remove() }
        let attributes = ["own": "x", Delivery.sentTimestamp: "1", "MediaReason": "y"]
        let delivery = try RecordPlace.delivery(attributes: attributes)
        try await place.run([delivery], by: place.recorder())
        let message = try RecordedMessage(reading: Data(try place.text("probe/m-1.json").utf8))
        #expect(message == RecordedMessage(body: delivery.body, attributes: ["own": "x"]))
    }

    @Test func anObjectThatIsTooLargeIsLeftOutAndNamed() async throws {
        let place = try await RecordPlace(byteCount: Int(CaseLimits.objectByteCount) + 1)
        defer { place.remove() }
        try await place.run([RecordPlace.delivery()], by: place.recorder())
        let world = try ReplayCase.decoded(Array(place.text("probe/m-1.world.json").utf8))
        #expect(world.omitted == ["uploads/a.txt": "16777217 bytes are too many"])
        #expect(world.objects?.keys.sorted() == ["derived/k"])
        #expect(try place.text("probe/m-1.effects.json").contains("no object"))
    }

    @Test func aMessageThatCanNotBeReadIsACaseWithItsFault() async throws {
        let place = try await RecordPlace()
        defer { place.remove() }
        let delivery = Delivery(messageID: "../../m", receipt: "r", body: Data("{}".utf8), receiveCount: 1)
        try await place.run([delivery], by: place.recorder())
        #expect(place.files == ["probe/m.effects.json", "probe/m.json", "probe/m.world.json"])
        #expect(try place.text("probe/m.effects.json").contains("envelope.decode: the message is not an envelope"))
    }

    @Test func aPayloadThatWasCheckedInIsKept() async throws {
        let place = try await RecordPlace()
        defer { place.remove() }
        let large = String(repeating: "x", count: EnvelopeLimits.byteCount)
        let envelope = Envelope(
            id: "1",
            tenant: "default",
            asset: TestWorld.asset,
            generation: 3,
            sent: "",
            payload: AssetReceived(source: RecordPlace.reference("uploads/a.txt", Digest(rawValue: large)))
        )
        let body = try await ClaimCheck(place.world).body(of: envelope)
        let delivery = Delivery(messageID: "m", receipt: "r", body: body, receiveCount: 1)
        try await place.run([delivery], by: place.recorder())
        #expect(await place.probe?.state == .done)
        let kept = try place.text("probe/m.effects.json")
        #expect(kept.contains("5 text/plain"))
        #expect(try await RecordPlace.report(of: "\(place.folder)/probe/m.json") == kept)
    }

    @Test(arguments: ["media", "other"])
    func onlyObjectsOfTheOwnBucketAreKept(bucket: String) async throws {
        let place = try await RecordPlace()
        defer { place.remove() }
        let event = """
            {"Records":[{"eventVersion":"2.1","eventName":"ObjectCreated:Put",
            "s3":{"bucket":{"name":"\(bucket)"},"object":{"key":"uploads/a.txt","size":5,"sequencer":"01"}}}]}
            """
        let writer = CaseWriter(world: place.world, folder: place.folder)
        let message = RecordedMessage(body: Data(event.utf8), attributes: [:])
        _ = try await writer.write(message, id: "m", of: "ingest", runs: [])
        let world = try ReplayCase.decoded(Array(place.text("ingest/m.world.json").utf8))
        #expect(world.objects?.keys.sorted() == (bucket == "media" ? ["uploads/a.txt"] : []))
    }

    @Test(arguments: [AssetState.processing, .complete, .partial, .failed, .removed])
    func theStateOfAnAssetIsKept(state: AssetState) async throws {
        let place = try await RecordPlace()
        defer { place.remove() }
        let publish = RecordPlace.key("publish")
        switch state {
        case .processing: break
        case .removed:
            try await place.test.catalog.write(
                [.repointCopies(successor: RecordPlace.copy), .remove(nil)],
                for: publish
            )
        default: try await place.test.catalog.write([.publish(state, reason: "why")], for: publish)
        }
        let writer = CaseWriter(world: place.world, folder: place.folder)
        let message = RecordedMessage(body: try RecordPlace.delivery().body, attributes: [:])
        let written = try await writer.write(message, id: "m", of: "probe", runs: [RecordPlace.key("probe")])
        let world = try #require(try await ReplayCase.world(beside: written.path))
        let before = try #require(await place.test.catalog.asset(TestWorld.asset, of: "default"))
        let after = try #require(try await world.catalog.asset(TestWorld.asset, of: "default"))
        #expect(after.state == state)
        #expect(after.reason == before.reason)
        #expect(after.generation == before.generation)
        #expect(after.facts == before.facts)
        let copies = try await world.catalog.copies(of: TestWorld.asset, of: "default", atMost: 5)
        #expect(copies.count == 1 || [.failed, .removed].contains(state))
    }

    @Test(arguments: [
        ("6b1c-A", "6b1c-A"), ("../../etc/passwd", "etcpasswd"), ("ä/.", "message"), ("", "message"),
    ])
    func anIdLeadsToNoOtherFolder(id: String, name: String) {
        #expect(CaseWriter.fileName(id) == name)
        #expect(CaseWriter.fileName(String(repeating: "a", count: 1000)).count == CaseLimits.nameCount)
    }
}
