import MediaAnalysis
import MediaDecode
import Pipeline

/// Hears the words in the sound: speech is cut out at its pauses, a model hears each piece, words become cues. Loudness,
/// waveform and fingerprint come of the same pass.
struct TranscribeStage: Stage {
    static let name: StageName = "transcribe"
    static let revision = 3
    static let limits = StageLimits(timeoutSeconds: 21_600, concurrency: 2)
    static let resources = StageResources(
        cpus: 0.5,
        memoryMB: 1024,
        maxTasks: 200,
        backlogPerTask: 10,
        reads: KeyPrefix.anyUpload + [KeyPrefix.derived],
        writes: [KeyPrefix.derived],
        models: ["transcribe"]
    )
    static let sends: [StageName] = ["embed", "match"]

    func handle(_ probed: AssetProbed, in context: StageContext) async throws -> Effects {
        let reader = try await MediaReader.open(try await context.objects.open(probed.source.key))
        let duration = Double(max(probed.durationMilliseconds ?? 0, 1))
        var pass = try SoundPass()
        var words: [TimedWord] = []
        var usage: [ModelVersion: (requests: Int, units: Double)] = [:]

        func hear(_ segment: SpeechSegment) async throws {
            let answer = try await context.models.transcribe(segment.samples)
            words += answer.output.map { $0.shifted(by: segment.startMilliseconds) }
            let used = usage[answer.model] ?? (0, 0)
            usage[answer.model] = (used.requests + 1, used.units + answer.units)
        }

        let report = try await reader.audio(keepsOriginal: true) { chunk in
            for segment in try pass.add(chunk) { try await hear(segment) }
            context.progress(Double(chunk.startMilliseconds) / duration)
        }
        if let last = pass.finish() { try await hear(last) }

        let cues = Cue.cues(of: words)
        var effects = Effects(
            rows: [.moments(cues.map(\.moment)), .fingerprints(.sound(try pass.fingerprint()))],
            events: [
                OutgoingEvent(TextReady(moments: .speech), to: "embed"),
                OutgoingEvent(DuplicatesSought(source: probed.source, by: .sound), to: "match"),
            ],
            isEmpty: cues.isEmpty,
            note: report.note
        )
        for (model, used) in usage {
            effects.rows.append(.usage(ModelUsage(model: model, requestCount: used.requests, units: used.units)))
        }
        var files = StageFiles(of: probed.source, in: context)
        if !cues.isEmpty {
            let moments = cues.map(\.moment)
            let captions = Captions.webVTT(moments)
            try files.add(.captions, Array(captions.utf8), "text/vtt", of: captions)
            try files.add(.subtitles, Array(Captions.subRip(moments).utf8), "application/x-subrip", of: captions)
            try files.add(.transcript, Transcript(words: words).json(), "application/json", of: captions)
        }
        let facts = SoundFacts(durationMilliseconds: report.endMilliseconds, loudness: pass.loudness)
        try files.add(.waveform, pass.waveform, "application/octet-stream")
        try files.add(.soundFacts, facts.json(), "application/json")
        effects.objects = files.objects
        effects.rows.append(.outputs(files.outputs))
        return effects
    }
}

extension TimedWord {
    fileprivate func shifted(by milliseconds: Int) -> TimedWord {
        TimedWord(
            text: text,
            startMilliseconds: startMilliseconds + milliseconds,
            endMilliseconds: endMilliseconds + milliseconds,
            confidence: confidence
        )
    }
}
