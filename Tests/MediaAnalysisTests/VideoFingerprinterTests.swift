import MediaDecode
import Pipeline
import Testing

@testable import MediaAnalysis

@Suite struct VideoFingerprinterTests {
    @Test func `frames that look the same are one, until the next one's start`() {
        var fingerprinter = VideoFingerprinter()
        for frame in 0..<100 { fingerprinter.add(scene(frame < 50 ? 1 : 2), at: frame * 40) }
        let prints = fingerprinter.finish(at: 4000)
        #expect(prints.map(\.startMilliseconds) == [0, 2000])
        #expect(prints.map(\.endMilliseconds) == [2000, 4000])
        #expect(prints.allSatisfy { $0.isIndexed && $0.quality >= MatchLimits.quality })
    }

    @Test func `black frames are kept and not indexed`() {
        var fingerprinter = VideoFingerprinter()
        let black = LumaImage(width: 160, height: 90, pixels: [UInt8](repeating: 16, count: 160 * 90))
        for frame in 0..<50 { fingerprinter.add(black, at: frame * 40) }
        let prints = fingerprinter.finish()
        #expect(prints.count == 1)
        #expect(prints.first?.isIndexed == false)
        #expect(prints.first?.quality == 0)
    }

    @Test func `a letterboxed copy has the hashes of its original`() throws {
        for color in [UInt8(16), 90] {
            var (plain, boxed) = (VideoFingerprinter(), VideoFingerprinter())
            for frame in 0..<80 {
                let picture = scene(UInt64(frame / 20))
                plain.add(picture, at: frame * 40)
                boxed.add(letterboxed(picture, color), at: frame * 40)
            }
            let (prints, others) = (plain.finish(), boxed.finish())
            #expect(prints.count == 4)
            for one in prints {
                let time = one.startMilliseconds
                let other = try #require(others.first { $0.startMilliseconds <= time && time < $0.endMilliseconds })
                #expect(one.hash.distance(to: other.hash) <= 20)
            }
        }
    }

    @Test func `a video of any length has no more fingerprints than are asked for`() {
        var fingerprinter = VideoFingerprinter(largestCount: 32)
        let scenes = (0..<7).map { scene(UInt64($0)) }
        for quarter in 0..<300 { fingerprinter.add(scenes[quarter % 7], at: quarter * 250) }
        let prints = fingerprinter.finish()
        #expect(prints.count < 32)
        #expect(prints.count > 8)
        for (one, next) in zip(prints, prints.dropFirst()) { #expect(one.endMilliseconds == next.startMilliseconds) }
    }

    @Test func `a picture's fingerprints know how it looks turned, and without its border`() {
        let picture = scene(3)
        guard case .picture(let own) = Fingerprints.picture(of: picture),
            case .picture(let boxed) = Fingerprints.picture(of: letterboxed(picture, 16))
        else { return }
        #expect(own.filter(\.isIndexed).count == 1)
        #expect(own.count == 1 + 3 + 7)
        #expect(boxed.filter(\.isIndexed).count == 2)
        #expect(boxed.contains { $0.isIndexed && $0.hash.distance(to: own[0].hash) <= 20 })
    }

    private func letterboxed(_ luma: LumaImage, _ color: UInt8) -> LumaImage {
        let bar = [UInt8](repeating: color, count: luma.width * 20)
        return LumaImage(width: luma.width, height: luma.height + 40, pixels: bar + luma.pixels + bar)
    }

    /// Waves that are others for every seed.
    private func scene(_ seed: UInt64) -> LumaImage {
        let (width, height) = (160, 90)
        var state = (seed + 1) &* 0x9E37_79B9_7F4A_7C15
        var blocks: [UInt8] = []
        for _ in 0..<16 * 9 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            blocks.append(UInt8(40 + (state >> 40) % 180))
        }
        let pixels = (0..<width * height).map { index -> UInt8 in
            let (column, row) = (index % width, index / width)
            let block = blocks[row / 10 * 16 + column / 10]
            return UInt8(Int(block) + (column % 10 + row % 10))
        }
        return LumaImage(width: width, height: height, pixels: pixels)
    }
}
