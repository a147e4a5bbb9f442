import Foundation
import MediaAnalysis
import MediaDecode
import Pipeline

/// Runs of the sound path over files.
enum SoundRuns {
    /// `sound decode|all FILE...`: decodes alone, or with all that is made of the sound; prints what was found, and the
    /// processor time of it.
    static func run(_ arguments: [String]) async throws {
        let isWhole = arguments.first == "all"
        for path in arguments.dropFirst() {
            let start = clock()
            var meter = LoudnessMeter()
            var outline = Waveform()
            var segmenter = SpeechSegmenter()
            let fingerprinter = try SoundFingerprinter()
            var segments: [String] = []
            let reader = try await MediaReader.open(try SoundSource(path))
            let report = try await reader.audio(keepsOriginal: isWhole) { chunk in
                guard isWhole else { return }
                for sound in chunk.original { meter.add(sound) }
                outline.add(chunk.samples)
                try fingerprinter.add(chunk.samples)
                for segment in segmenter.add(chunk.samples) { segments.append(Self.text(segment)) }
            }
            if let last = segmenter.finish() { segments.append(Self.text(last)) }
            let items = isWhole ? try fingerprinter.finish().items.count : 0
            let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
            print(path, "seconds", Double(report.endMilliseconds) / 1000, "cpu", seconds, "items", items)
            if isWhole { print("  \(meter.loudness)\n  speech \(segments.joined(separator: " "))") }
        }
    }

    private static func text(_ segment: SpeechSegment) -> String {
        "\(segment.startMilliseconds)+\(segment.samples.count / 16)"
    }
}

/// A file, mapped.
private struct SoundSource: ByteSource {
    let data: Data

    init(_ path: String) throws { data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) }

    var byteCount: Int64 { Int64(data.count) }

    func read(at offset: Int64, count: Int) async throws(Fault) -> [UInt8] {
        [UInt8](data[Int(offset)..<min(Int(offset) + count, data.count)])
    }
}
