import Foundation
import MediaAnalysis
import MediaDecode
import Pipeline

/// `hash LIST`: the fingerprints of the pictures whose paths are in a list, one a line.
enum HashRuns {
    /// Prints the whole picture's quality, the plain hashes with commas between them, the variants, and the path.
    static func run(_ arguments: [String]) async throws {
        guard let list = arguments.first else { throw Fault.reject("benchmark.hash", "which list of pictures?") }
        for path in try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n") {
            guard let data = FileManager.default.contents(atPath: String(path)) else {
                throw Fault.reject("benchmark.hash", "no file \(path)")
            }
            let luma = try data.withUnsafeBytes { try PictureLumaReader.read($0.bindMemory(to: UInt8.self)) }
            guard let luma else { throw Fault.reject("benchmark.hash", "no picture: \(path)") }
            let prints = PictureFingerprints(luma)
            let plain = prints.plain.map { pdqText($0.hash) }.joined(separator: ",")
            let variants = prints.variants.map(pdqText).joined(separator: ",")
            print(prints.plain[0].quality, plain, variants, path)
        }
    }

    /// The hash as pdqhash writes it: 64 hexadecimal digits, the last place first.
    private static func pdqText(_ hash: PictureHash) -> String {
        (0..<4).reversed().map { index in
            let digits = String(hash.words[index], radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
