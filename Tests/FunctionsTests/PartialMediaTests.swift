import Pipeline
import Testing

/// Files of which not all is read: what is read counts, and what is not is told.
@Suite struct PartialMediaTests {
    private static let picture = "-f lavfi -i testsrc2=size=160x120:rate=10"

    private let world = PipelineWorld()

    private func asset(_ key: String, _ bytes: [UInt8]) async throws -> Asset {
        await world.put(key, bytes, sequencer: "01")
        await world.settle()
        return try #require(await world.asset(key))
    }

    @Test func `of a video that is cut off nothing is told behind its end`() async throws {
        let whole = try MadeMedia.bytes(
            "a.mp4",
            "\(Self.picture) -t 8 -pix_fmt yuv420p -c:v libx264 -g 10 -movflags +faststart"
        )
        let asset = try await asset("uploads/cut.mp4", Array(whole.prefix(whole.count * 6 / 10)))
        #expect(asset.state == .partial)
        #expect(asset.reason?.hasPrefix("the file is cut short: it ends after") == true)
        let moments = await world.catalog.moments(
            of: asset.id,
            generation: asset.generation,
            kinds: Set(MomentKind.allCases),
            of: "default"
        )
        let end = try #require(moments.map(\.moment.endMilliseconds).max())
        #expect((2000..<7000).contains(end))
    }

    @Test func `a JPEG that is cut off is partial, and the reason stands there once`() async throws {
        let whole = try MadeMedia.bytes("a.jpg", "\(Self.picture) -frames:v 1 -q:v 3")
        let asset = try await asset("uploads/cut.jpg", Array(whole.prefix(whole.count / 2)))
        #expect(asset.state == .partial)
        #expect(asset.reason == "the picture is cut short or damaged: some of it could not be decoded")
    }
}
