import Foundation
import MediaAnalysis
import MediaDecode

/// The text gate over a video, as the stage that looks for shots uses it.
enum TextGateRuns {
    /// `MediaBenchmark textgate VIDEO FOLDER`: writes the frames that are worth reading to FOLDER, and to standard
    /// output as JSON how many frames, looks and frames to read there were, and when each of these stands.
    static func run(_ arguments: [String]) async throws {
        guard arguments.count == 2 else { throw UsageError(words: "textgate VIDEO FOLDER") }
        let folder = URL(filePath: arguments[1])
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let reader = try await MediaReader.open(try FileSource(arguments[0]))
        var gate = TextGate<VideoFrame>()
        var frameCount = 0
        var gateSeconds = 0.0
        var found: [[String: Any]] = []

        func keep(_ text: TextFrame<VideoFrame>?) throws {
            guard let text else { return }
            let file = folder.appending(path: "\(text.startMilliseconds).jpg")
            try Data(try JPEGEncoder.encode(try text.frame.rgb(toFit: 1920), quality: 90)).write(to: file)
            found.append([
                "start": text.startMilliseconds, "end": text.endMilliseconds, "file": file.path(percentEncoded: false),
            ])
        }

        let report = try await reader.frames(FrameOptions(lumaWidth: TextGate<VideoFrame>.lumaSide)) { frame in
            frameCount += 1
            let time = Int(frame.startMilliseconds)
            guard gate.wants(time) else { return }
            let start = Self.threadSeconds()
            let ended = gate.add(frame, frame.luma, at: time)
            gateSeconds += Self.threadSeconds() - start
            try keep(ended)
        }
        try keep(
            gate.finish(at: max(Int(report.endMilliseconds), reader.facts.durationMilliseconds.map(Int.init) ?? 0))
        )
        let result: [String: Any] = [
            "frames": frameCount, "looks": gate.lookCount, "gateSeconds": gateSeconds, "textFrames": found,
        ]
        let json = try JSONSerialization.data(withJSONObject: result, options: [.sortedKeys, .withoutEscapingSlashes])
        FileHandle.standardOutput.write(json + Data("\n".utf8))
    }

    private static func threadSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
