import Foundation
import MediaDecode
import Pipeline
import Testing

@testable import MediaAnalysis

@Suite struct PictureSpectrumTests {
    @Test func `a larger, brighter or softer picture has nearly the same hash`() {
        let original = PictureFingerprint(scene(width: 320, height: 240))
        let others = [
            scene(width: 160, height: 120), scene(width: 1280, height: 960), scene(width: 50, height: 30),
            scene(width: 320, height: 240) { 40 + $0 * 0.8 },
            scene(width: 320, height: 240) { 255 * pow($0 / 255, 1.3) },
        ]
        for other in others { #expect(original.hash.distance(to: PictureFingerprint(other).hash) <= 30) }
    }

    @Test func `pictures that have nothing to do with each other differ in about half of the bits`() {
        let hashes = (1...12).map { PictureFingerprint(scene(seed: UInt64($0), width: 200, height: 150)).hash }
        for (index, hash) in hashes.enumerated() {
            for other in hashes.dropFirst(index + 1) { #expect((85...171).contains(hash.distance(to: other))) }
        }
    }

    @Test(arguments: Dihedral.allCases)
    func `the spectrum tells the hash of the picture laid down otherwise`(dihedral: Dihedral) {
        let luma = scene(width: 200, height: 160)
        let expected = PictureSpectrum(laid(luma, dihedral)).hash()
        let hash = PictureSpectrum(luma).hash(dihedral)
        #expect(hash.distance(to: expected) <= 4)
        if dihedral != .upright { #expect(hash.distance(to: PictureSpectrum(luma).hash()) > 80) }
    }

    @Test func `quality is 0 where nothing is to be seen and 100 for an ordinary picture`() {
        let even = LumaImage(width: 40, height: 30, pixels: [UInt8](repeating: 16, count: 1200))
        #expect(PictureFingerprint(even).quality == 0)
        #expect(PictureFingerprint(LumaImage(width: 0, height: 0, pixels: [])).quality == 0)
        #expect(PictureFingerprint(LumaImage(width: 1, height: 1, pixels: [7])).quality == 0)
        #expect(PictureFingerprint(scene(width: 320, height: 240)).quality == 100)
    }

    /// Waves of many lengths and directions; the same for a seed at every size.
    private func scene(
        seed: UInt64 = 1,
        width: Int,
        height: Int,
        _ tone: (Double) -> Double = { $0 }
    ) -> LumaImage {
        var random = SeededGenerator(seed: seed)
        let waves = (0..<40).map { _ in
            (0..<4).map { _ in Double.random(in: -1...1, using: &random) }
        }
        var pixels: [UInt8] = []
        for row in 0..<height {
            for column in 0..<width {
                let (x, y) = ((Double(column) + 0.5) / Double(width), (Double(row) + 0.5) / Double(height))
                let sum = waves.reduce(0) { $0 + $1[3] * cos(50 * ($1[0] * x + $1[1] * y) + 7 * $1[2]) }
                pixels.append(UInt8(min(max(tone(min(max(128 + sum * 18, 0), 255)), 0), 255)))
            }
        }
        return LumaImage(width: width, height: height, pixels: pixels)
    }

    private func laid(_ luma: LumaImage, _ dihedral: Dihedral) -> LumaImage {
        let (width, height) = (luma.width, luma.height)
        let turns = [.turned90, .turned270, .transposed, .transversed].contains(dihedral)
        let size = turns ? (width: height, height: width) : (width: width, height: height)
        var pixels: [UInt8] = []
        for y in 0..<size.height {
            for x in 0..<size.width {
                let (column, row) =
                    switch dihedral {
                    case .upright: (x, y)
                    case .turned90: (y, height - 1 - x)
                    case .turned180: (width - 1 - x, height - 1 - y)
                    case .turned270: (width - 1 - y, x)
                    case .mirrored: (width - 1 - x, y)
                    case .flipped: (x, height - 1 - y)
                    case .transposed: (y, x)
                    case .transversed: (width - 1 - y, height - 1 - x)
                    }
                pixels.append(luma.pixels[row * width + column])
            }
        }
        return LumaImage(width: size.width, height: size.height, pixels: pixels)
    }
}

/// The same numbers in every run (SplitMix64, Steele, Lea and Flood 2014).
private struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
