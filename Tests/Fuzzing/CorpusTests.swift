import Foundation
import Testing

/// The fuzzer's seeds and what it has found: every file is read without a crash, without the fuzzer.
@Suite struct CorpusTests {
    @Test(arguments: FuzzTarget.allCases)
    func `every input that was kept is read without a crash`(_ target: FuzzTarget) async throws {
        let inputs = try inputs(of: target)
        #expect(!inputs.isEmpty)
        await run(inputs, target)
    }

    @Test(arguments: FuzzTarget.allCases)
    func `a cut or changed input is read without a crash`(_ target: FuzzTarget) async throws {
        var state: UInt64 = 7
        var damaged: [[UInt8]] = []
        for bytes in try inputs(of: target).prefix(6) where !bytes.isEmpty {
            for _ in 0..<4 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let place = Int(state >> 33) % bytes.count
                var changed = bytes
                changed[place] ^= UInt8(truncatingIfNeeded: state >> 25)
                damaged += [Array(bytes.prefix(place)), changed]
            }
        }
        await run(damaged, target)
    }

    private func inputs(of target: FuzzTarget) throws -> [[UInt8]] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("corpus/\(target.rawValue)")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .map { [UInt8](try Data(contentsOf: folder.appendingPathComponent($0))) }
    }

    /// On a thread of its own: the parsers of media wait for their bytes, which others must bring.
    private func run(_ inputs: [[UInt8]], _ target: FuzzTarget) async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                for bytes in inputs { target.run(bytes) }
                continuation.resume()
            }
        }
    }
}
