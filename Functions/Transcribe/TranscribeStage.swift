import MediaAnalysis
import MediaDecode
import Pipeline

/// Hears the words in the sound: speech is cut out at its pauses, a model hears each piece, words become cues.
struct TranscribeStage: Stage {
    static let name: StageName = "transcribe"
    static let revision = 1
    static let limits = StageLimits(timeoutSeconds: 21_600, concurrency: 1)
    static let sends: [StageName] = ["embed"]

    func handle(_ probed: AssetProbed, in context: StageContext) async throws -> Effects {
        let reader = try await MediaReader.open(try await context.objects.open(probed.source.key))
        let duration = Double(max(probed.durationMilliseconds ?? 0, 1))
        var segmenter = SpeechSegmenter()
        var words: [TimedWord] = []
        var usage: [ModelVersion: (requests: Int, units: Double)] = [:]

        func hear(_ segment: SpeechSegment) async throws {
            let answer = try await context.models.transcribe(segment.samples)
            words += answer.output.map { $0.shifted(by: segment.startMilliseconds) }
            let used = usage[answer.model] ?? (0, 0)
            usage[answer.model] = (used.requests + 1, used.units + answer.units)
        }

        let report = try await reader.audio { chunk in
            for segment in segmenter.add(chunk.samples) { try await hear(segment) }
            context.progress(Double(chunk.startMilliseconds) / duration)
        }
        if let last = segmenter.finish() { try await hear(last) }

        let cues = Cue.cues(of: words)
        var effects = Effects(
            rows: [.moments(cues.map(\.moment))],
            events: [OutgoingEvent(TextReady(moments: .speech), to: "embed")],
            isEmpty: cues.isEmpty,
            note: report.note
        )
        for (model, used) in usage {
            effects.rows.append(.usage(ModelUsage(model: model, requestCount: used.requests, units: used.units)))
        }
        if !cues.isEmpty { try keepCaptions(cues, of: probed.source, context, in: &effects) }
        return effects
    }

    private func keepCaptions(
        _ cues: [Cue],
        of source: ObjectReference,
        _ context: StageContext,
        in effects: inout Effects
    ) throws {
        let text = Captions.webVTT(cues.map(\.moment))
        let object = try ObjectWrite(Array(text.utf8), contentType: "text/vtt", in: context)
        let identity = context.digester.identity([source.digest.rawValue, "transcribe.\(Self.revision)", text])
        effects.objects.append(object)
        effects.rows.append(
            .outputs([Output(name: .captions, identity: identity, key: object.key, contentType: object.contentType)])
        )
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
