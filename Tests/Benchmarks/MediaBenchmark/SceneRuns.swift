import Foundation
import MediaAnalysis
import MediaDecode
import Pipeline

/// `MediaBenchmark scenes FILE FOLDER [fast]`: what the Scenes function does with a video, its objects written to a
/// folder; the resident memory is told as it goes.
enum SceneRuns {
    private static let reportMilliseconds = 600_000

    static func run(_ arguments: [String]) async throws {
        let isFast = arguments.last == "fast"
        guard arguments.count == (isFast ? 3 : 2) else { throw CocoaError(.featureUnsupported) }
        let folder = URL(fileURLWithPath: arguments[1])
        let reader = try await MediaReader.open(try LocalFile(arguments[0]))
        let duration = reader.facts.durationMilliseconds.map(Int.init)
        var objects = 0
        var scenes = SceneRecorder(durationMilliseconds: duration) { name, bytes, _, _ throws(Fault) in
            objects += 1
            let file = folder.appendingPathComponent("\(objects)-\(name.rawValue)")
            do { try Data(bytes).write(to: file) } catch { throw .retry("file.write", underlying: error) }
            return file.lastPathComponent
        }
        var next = 0
        let options = FrameOptions(sparse: isFast ? ShotDetector.differ : nil)
        let report = try await reader.frames(options) { frame in
            try scenes.add(frame)
            guard frame.startMilliseconds >= next else { return }
            next += Self.reportMilliseconds
            tell(Int(frame.startMilliseconds), scenes.shots.count, objects)
        }
        try scenes.finish(at: Int(report.endMilliseconds))
        tell(Int(report.endMilliseconds), scenes.shots.count, objects)
    }

    private static func tell(_ milliseconds: Int, _ shots: Int, _ objects: Int) {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
        let pages = fields.count > 1 ? Int(fields[1]) ?? 0 : 0
        print(#"{"seconds":\#(milliseconds / 1000),"rss":\#(pages * 4096),"shots":\#(shots),"objects":\#(objects)}"#)
    }
}
