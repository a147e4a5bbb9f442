import Foundation
import Testing

/// The fuzzer's seeds and what it has found: every file is read without a crash, without the fuzzer.
@Suite struct CorpusTests {
    @Test(arguments: FuzzTarget.allCases)
    func `every input that was kept is read without a crash`(_ target: FuzzTarget) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("corpus/\(target.rawValue)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!names.isEmpty)
        for name in names { target.run([UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))) }
    }

    @Test(arguments: FuzzTarget.allCases)
    func `a cut or changed input is read without a crash`(_ target: FuzzTarget) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("corpus/\(target.rawValue)")
        var state: UInt64 = 7
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().prefix(6) {
            let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
            for _ in 0..<4 where !bytes.isEmpty {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let place = Int(state >> 33) % bytes.count
                target.run(Array(bytes.prefix(place)))
                var changed = bytes
                changed[place] ^= UInt8(truncatingIfNeeded: state >> 25)
                target.run(changed)
            }
        }
    }
}
