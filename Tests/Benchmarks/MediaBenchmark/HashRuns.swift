import Foundation
import MediaAnalysis
import MediaDecode
import Pipeline

/// `hash FILE...` and `hash-list LIST`: the fingerprints of pictures.
enum HashRuns {
    /// Prints hash, quality and path of every file named in a list, one a line.
    static func run(_ arguments: [String]) async throws {
        let names = try String(contentsOfFile: arguments[0], encoding: .utf8).split(separator: "\n")
        for name in names {
            guard let data = FileManager.default.contents(atPath: String(name)) else { continue }
            let luma = data.withUnsafeBytes { JPEGLuma.read($0.bindMemory(to: UInt8.self)) }
            guard let luma else {
                print("-", 0, name)
                continue
            }
            let spectrum = PictureSpectrum(luma.image, extent: luma.extent)
            print(spectrum.hash().hexadecimal, spectrum.quality, name)
        }
    }
}
