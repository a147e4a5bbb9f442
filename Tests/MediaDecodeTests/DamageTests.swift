import MediaDecode
import Pipeline
import Testing

@Suite struct DamageTests {
    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    @Test(arguments: [
        ("a.mp4", "-c:v libx264 -c:a aac -movflags +faststart"), ("a.mkv", "-c:v libx264 -c:a libopus"),
        ("a.avi", "-c:v mpeg4 -c:a libmp3lame"), ("a.ts", "-c:v mpeg2video -c:a mp2"),
    ])
    func `whatever bytes are wrong, a file is read or refused`(name: String, options: String) async throws {
        _ = try workspace.make(
            name,
            "-f lavfi -i testsrc2=size=96x64:duration=1 -f lavfi -i sine=duration=1 \(options)"
        )
        let whole = try workspace.bytes(name)
        var random = SeededGenerator(seed: 2026)
        for round in 0..<25 {
            var bytes = whole
            for _ in 0..<(1 << (round % 8)) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if round % 3 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            do {
                let reader = try await MediaReader.open(MemorySource(bytes: bytes))
                if reader.facts.videoStream != nil { _ = try await reader.frames { _ = try $0.rgb(toFit: 32) } }
                if reader.facts.audioStream != nil { _ = try await reader.audio { _ in } }
            } catch let fault as Fault {
                #expect(fault.faultClass == "reject", "round \(round): \(fault)")
            }
        }
    }
}

/// The same numbers in every run (SplitMix64, Steele, Lea and Flood 2014).
struct SeededGenerator: RandomNumberGenerator {
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
