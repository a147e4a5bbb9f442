import MediaAnalysis
import MediaDecode
import Pipeline

/// Finds the shots of a video in one pass over its frames, and keeps pictures of them; of a picture, small ones.
struct ScenesStage: Stage {
    static let name: StageName = "scenes"
    static let revision = 2
    static let limits = StageLimits(timeoutSeconds: 21_600, concurrency: 1)
    static let sends: [StageName] = ["readtext"]

    func handle(_ probed: AssetProbed, in context: StageContext) async throws -> Effects {
        let reader = try await MediaReader.open(try await context.objects.open(probed.source.key))
        return probed.media == .image
            ? try await picture(reader, probed, context) : try await video(reader, probed, context)
    }

    private func video(
        _ reader: MediaReader,
        _ probed: AssetProbed,
        _ context: StageContext
    ) async throws -> Effects {
        let duration = Double(max(probed.durationMilliseconds ?? 0, 1))
        let shelf = Shelf(probed.source, context)
        var scenes = SceneRecorder(durationMilliseconds: probed.durationMilliseconds, keep: shelf.keep)
        let report = try await reader.frames { frame in
            try scenes.add(frame)
            context.progress(Double(frame.startMilliseconds) / duration)
        }
        try scenes.finish(at: max(Int(report.endMilliseconds), probed.durationMilliseconds ?? 0))
        guard !scenes.shots.isEmpty else { throw Fault.reject("scenes", "no frame of the video could be decoded") }
        return Effects(
            objects: shelf.objects,
            rows: [.moments(scenes.moments), .outputs(shelf.outputs)],
            events: [OutgoingEvent(probed, to: "readtext")],
            note: report.note
        )
    }

    private func picture(
        _ reader: MediaReader,
        _ probed: AssetProbed,
        _ context: StageContext
    ) async throws -> Effects {
        let shelf = Shelf(probed.source, context)
        let image = try await reader.picture(toFit: SceneRecorder.keyframeSide).image
        _ = try shelf.keep(.poster, JPEGEncoder.encode(image, quality: 85), "image/jpeg", nil)
        let small = try image.scaled(toFit: SceneRecorder.thumbnailSide)
        _ = try shelf.keep(.thumbnail, JPEGEncoder.encode(small, quality: 80), "image/jpeg", nil)
        return Effects(objects: shelf.objects, rows: [.outputs(shelf.outputs)])
    }
}
