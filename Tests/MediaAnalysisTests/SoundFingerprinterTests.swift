import Foundation
import MediaDecode
import Pipeline
import Testing

@testable import MediaAnalysis

@Suite struct SoundFingerprinterTests {
    let workspace: SoundWorkspace

    init() throws { workspace = try SoundWorkspace() }

    /// Notes, noise and a sweep: a sound that changes.
    private static let changing =
        "-f lavfi -i aevalsrc="
        + "0.3*sin(2*PI*t*(200+40*floor(mod(t*3\\,7))))+0.2*sin(2*PI*t*(900+150*floor(mod(t*5\\,11))))"
        + "+0.05*random(0):s=44100:d=40"

    @Test func `the fingerprint is the one that fpcalc makes`() async throws {
        let source = try workspace.make("a.wav", Self.changing)
        let ours = try await fingerprint(source)
        let theirs = try fpcalc("a.wav")
        #expect(theirs.count > 280 && theirs.count <= ours.items.count)
        #expect(bitErrorRate(ours.items, theirs) < 0.02)
        #expect(ours.itemMilliseconds > 123 && ours.itemMilliseconds < 124)
    }

    @Test func `a transcoded copy differs in few bits, another sound in about half`() async throws {
        let ours = try await fingerprint(try workspace.make("a.wav", Self.changing))
        let copy = try await fingerprint(try workspace.make("b.mp3", "\(Self.changing) -b:a 96k"))
        let other = try await fingerprint(
            try workspace.make("c.wav", Self.changing.replacing("*3\\,7", with: "*4\\,5").replacing("900", with: "700"))
        )
        #expect(bitErrorRate(ours.items, copy.items) < 0.1)
        #expect(bitErrorRate(ours.items, other.items) > 0.3)
    }

    @Test func `a sound shorter than a window has no items`() throws {
        let fingerprinter = try SoundFingerprinter()
        try fingerprinter.add([Float](repeating: 0.1, count: 16_000))
        #expect(try fingerprinter.finish().items.isEmpty)
    }

    @Test func `what is no number or too loud is taken without a crash`() throws {
        let fingerprinter = try SoundFingerprinter()
        for _ in 0..<5 {
            try fingerprinter.add([.nan, .infinity, -.infinity, 40, -40] + Array(repeating: 0, count: 16_000))
        }
        #expect(try !fingerprinter.finish().items.isEmpty)
    }

    private func fingerprint(_ source: any ByteSource) async throws -> SoundFingerprint {
        let fingerprinter = try SoundFingerprinter()
        _ = try await MediaReader.open(source).audio { try fingerprinter.add($0.samples) }
        return try fingerprinter.finish()
    }

    private func fpcalc(_ name: String) throws -> [UInt32] {
        let output = try workspace.run(["fpcalc", "-raw", "-plain", "-length", "39", workspace.path(name)])
        return output.split(whereSeparator: { ",\n".contains($0) }).compactMap { UInt32($0) }
    }

    private func bitErrorRate(_ first: [UInt32], _ second: [UInt32]) -> Double {
        let pairs = zip(first, second)
        return Double(pairs.reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount })
            / Double(32 * min(first.count, second.count))
    }
}
