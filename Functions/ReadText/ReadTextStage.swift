import MediaDecode
import Pipeline

/// Reads text: of pictures and keyframes by a model, of documents from their bytes.
struct ReadTextStage: Stage {
    static let name: StageName = "readtext"
    static let revision = 1
    static let limits = StageLimits(timeoutSeconds: 21_600, concurrency: 2)
    static let sends: [StageName] = ["embed"]

    func handle(_ probed: AssetProbed, in context: StageContext) async throws -> Effects {
        var reading = Reading()
        switch probed.media {
        case .document:
            let bytes = try await context.objects.open(probed.source.key)
            let paragraphs = try await DocumentText.paragraphs(of: bytes, named: probed.source.key)
            let kept = paragraphs.prefix(DocumentText.paragraphCount)
            reading.moments = kept.map { Moment(kind: .text, text: $0) }
            if kept.count < paragraphs.count { reading.note = "only the first \(kept.count) paragraphs were read" }
        case .image:
            let picture = try await picture(probed.source.key, context)
            try await reading.read(picture, from: 0, to: 0, by: context.models)
        case .video:
            try await readKeyframes(probed, context, into: &reading)
        case .audio:
            break
        }
        return Effects(
            rows: [.moments(reading.moments)] + reading.usage,
            events: [OutgoingEvent(TextReady(moments: .text), to: "embed")],
            isEmpty: reading.moments.isEmpty,
            note: reading.note
        )
    }

    /// A keyframe's text is there from its stretch's start to that of the next.
    private func readKeyframes(
        _ probed: AssetProbed,
        _ context: StageContext,
        into reading: inout Reading
    ) async throws {
        let keyframes = try await context.catalog.outputs(
            of: context.asset,
            generation: context.generation,
            names: [.keyframe],
            of: context.tenant
        )
        for (index, keyframe) in keyframes.enumerated() {
            let start = keyframe.startMilliseconds ?? 0
            let next = index + 1 < keyframes.count ? keyframes[index + 1].startMilliseconds : nil
            let end = next ?? max(probed.durationMilliseconds ?? start, start)
            let picture = try await picture(keyframe.key, context)
            try await reading.read(picture, from: start, to: end, by: context.models)
            context.progress(Double(index + 1) / Double(keyframes.count))
        }
    }

    private func picture(_ key: String, _ context: StageContext) async throws -> RGBImage {
        try await MediaReader.open(try await context.objects.open(key)).picture(toFit: 3000).image
    }
}
