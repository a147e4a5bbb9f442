import Foundation
import MediaAnalysis
import MediaDecode

/// `MediaBenchmark shots decode|full|fast FILE...`: a line of JSON for every file.
enum ShotRuns {
    private struct Found: Encodable {
        struct Boundary: Encodable {
            let milliseconds: Int
            let kind: String
            let confidence: Double
        }

        let file: String
        let frames: Int
        let boundaries: [Boundary]
    }

    static func run(_ arguments: [String]) async throws {
        guard let mode = arguments.first, ["decode", "full", "fast"].contains(mode) else {
            throw CocoaError(.featureUnsupported)
        }
        for path in arguments.dropFirst() {
            print(String(decoding: try JSONEncoder().encode(try await find(mode, path)), as: UTF8.self))
        }
    }

    private static func find(_ mode: String, _ path: String) async throws -> Found {
        let reader = try await MediaReader.open(try LocalFile(path))
        let isDecodeOnly = mode == "decode"
        var options = FrameOptions(lumaWidth: isDecodeOnly ? 0 : 160)
        if mode == "fast" { options.sparse = ShotDetector.differ }
        var detector = ShotDetector()
        var shots: [Shot] = []
        var count = 0
        let report = try await reader.frames(options) { frame in
            count += 1
            guard !isDecodeOnly else { return }
            shots += detector.add(frame.luma, at: Int(frame.startMilliseconds), isStandIn: frame.isStandIn)
        }
        shots += detector.finish(at: Int(report.endMilliseconds))
        let boundaries = shots.compactMap { shot in
            shot.transition.map {
                Found.Boundary(
                    milliseconds: $0.boundaryMilliseconds,
                    kind: $0.kind.rawValue,
                    confidence: $0.confidence
                )
            }
        }
        return Found(file: path, frames: count, boundaries: boundaries)
    }
}
