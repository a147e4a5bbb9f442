import Pipeline
import Testing

@Suite struct WholePipelineTests {
    private let world = PipelineWorld()
    private let page = Array("<html><body><h1>Harbour guide</h1><p>Boats leave at nine.</p></body></html>".utf8)

    private func texts(_ asset: Asset?) async -> [String] {
        guard let asset else { return [] }
        let moments = await world.catalog.moments(
            of: asset.id,
            generation: asset.generation,
            kinds: Set(MomentKind.allCases),
            of: "default"
        )
        return moments.map(\.moment.text)
    }

    @Test func aPageIsReadAndFound() async throws {
        await world.put("uploads/guide.html", page, sequencer: "01")
        await world.settle()
        let asset = await world.asset("uploads/guide.html")
        #expect(asset?.state == .complete)
        #expect(await texts(asset) == ["Harbour guide", "Boats leave at nine."])
        let hits = await world.catalog.search(SearchQuery(tenant: "default", text: "boats nine"))
        #expect(hits.first?.name == "uploads/guide.html")
    }

    @Test func aCopyIsOnlyMatched() async throws {
        await world.put("uploads/a.html", page, sequencer: "01")
        await world.settle()
        await world.put("uploads/b.html", page, sequencer: "02")
        await world.settle()
        let copy = await world.asset("uploads/b.html")
        #expect(copy?.copyOf == (await world.asset("uploads/a.html"))?.id)
        #expect(copy?.state == .complete)
        let runs = await world.catalog.ledger(of: copy?.id ?? "", generation: 1, of: "default").map(\.run.name)
        #expect(runs == ["match", "publish"])
    }

    @Test func whenTheOriginalGoesItsCopyIsAnalysed() async throws {
        await world.put("uploads/a.html", page, sequencer: "01")
        await world.put("uploads/b.html", page, sequencer: "02")
        await world.put("uploads/c.html", page, sequencer: "03")
        await world.settle()
        await world.remove("uploads/a.html", sequencer: "04")
        await world.settle()
        #expect(await world.asset("uploads/a.html")?.state == .removed)
        let promoted = await world.asset("uploads/b.html")
        #expect(promoted?.copyOf == nil)
        #expect(promoted?.state == .complete)
        #expect(await texts(promoted).count == 2)
        #expect(await world.asset("uploads/c.html")?.copyOf == promoted?.id)
    }

    @Test func newBytesMakeANewGenerationAndTheSameBytesNone() async throws {
        await world.put("uploads/a.txt", Array("one".utf8), sequencer: "01")
        await world.settle()
        await world.put("uploads/a.txt", Array("one".utf8), sequencer: "02")
        await world.settle()
        #expect(await world.asset("uploads/a.txt")?.generation == 1)
        await world.put("uploads/a.txt", Array("two".utf8), sequencer: "03")
        await world.settle()
        let asset = await world.asset("uploads/a.txt")
        #expect(asset?.generation == 2)
        #expect(await texts(asset) == ["two"])
    }

    @Test func anEventOlderThanWhatIsKnownChangesNothing() async throws {
        await world.put("uploads/a.txt", Array("new".utf8), sequencer: "05")
        await world.settle()
        await world.remove("uploads/none.txt", sequencer: "01")
        await world.put("uploads/a.txt", Array("new".utf8), sequencer: "04")
        await world.settle()
        #expect(await world.asset("uploads/a.txt")?.generation == 1)
        #expect(await world.asset("uploads/none.txt") == nil)
    }

    @Test func purgingAnOldVersionLeavesTheAsset() async throws {
        await world.put("uploads/a.txt", Array("one".utf8), sequencer: "01")
        await world.settle()
        await world.purgeOldVersion("uploads/a.txt", sequencer: "02")
        await world.settle()
        #expect(await world.asset("uploads/a.txt")?.state == .complete)
    }

    @Test func aFailedFileIsTriedAgainWhenItIsPutAgain() async throws {
        await world.put("uploads/a.mp4", Array("no film".utf8), sequencer: "01")
        await world.settle()
        await world.put("uploads/a.mp4", Array("no film".utf8), sequencer: "02")
        await world.settle()
        let asset = await world.asset("uploads/a.mp4")
        #expect(asset?.generation == 2)
        #expect(asset?.state == .failed)
    }

    @Test func copiesOfAFileThatCanNotBeReadSayThemselvesWhy() async throws {
        for name in ["a", "b", "c"] {
            await world.put("uploads/\(name).mp4", Array("no film".utf8), sequencer: "01")
        }
        await world.settle()
        for name in ["a", "b", "c"] {
            let asset = await world.asset("uploads/\(name).mp4")
            #expect(asset?.state == .failed)
            #expect(asset?.reason?.contains("plain text") == true)
        }
    }

    @Test(arguments: [
        ("uploads/empty.mp4", "", "the file is empty"),
        ("uploads/text.mp4", "just words", "named .mp4, but holds plain text"),
    ])
    func aBadFileEndsWithAReason(_ key: String, _ content: String, _ reason: String) async throws {
        await world.put(key, Array(content.utf8), sequencer: "01")
        await world.settle()
        let asset = await world.asset(key)
        #expect(asset?.state == .failed)
        #expect(asset?.reason?.contains(reason) == true, "\(asset?.reason ?? "no reason")")
        #expect(await world.queue("probe-dlq").count == 1)
    }
}
