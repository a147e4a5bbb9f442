import MediaAnalysis
import MediaDecode
import Pipeline

/// Finds the shots of a video in one pass over its frames, keeps pictures of them and of the text in them, and takes the
/// fingerprints that copies are found by; of a picture, small ones and its fingerprints.
struct ScenesStage: Stage {
    static let name: StageName = "scenes"
    static let revision = 3
    static let limits = StageLimits(timeoutSeconds: 21_600, concurrency: 1)
    static let resources = StageResources(
        cpus: 2,
        memoryMB: 4096,
        maxTasks: 200,
        backlogPerTask: 30,
        reads: KeyPrefix.anyUpload + [KeyPrefix.derived],
        writes: [KeyPrefix.derived]
    )
    static let sends: [StageName] = ["readtext", "match"]

    private static let standInLooks = 3

    /// Whether frames are left out in which, by their packets, nothing happens.
    var isFast = false

    func handle(_ probed: AssetProbed, in context: StageContext) async throws -> Effects {
        let bytes = try await context.objects.open(probed.source.key)
        return probed.media == .image
            ? try await picture(bytes, probed, context) : try await video(bytes, probed, context)
    }

    private func video(
        _ bytes: any ByteSource,
        _ probed: AssetProbed,
        _ context: StageContext
    ) async throws -> Effects {
        let reader = try await MediaReader.open(bytes)
        let duration = Double(max(probed.durationMilliseconds ?? 0, 1))
        let shelf = Shelf(probed.source, context, isFast: isFast)
        var scenes = SceneRecorder(durationMilliseconds: probed.durationMilliseconds, keep: shelf.keep)
        var prints = VideoFingerprinter()
        var text = TextGate<VideoFrame>()
        var standInLooks = 0

        let options = FrameOptions(sparse: isFast ? ShotDetector.differ : nil)
        let report = try await reader.frames(options) { frame in
            let time = Int(frame.startMilliseconds)
            try scenes.add(frame)
            context.progress(Double(time) / duration)
            if !frame.isStandIn {
                prints.add(frame.luma, at: time)
                standInLooks = 0
            }
            // Text is believed that stands: a picture that stands in for others is looked at again, but not for ever.
            if text.wants(time), standInLooks < Self.standInLooks {
                standInLooks += frame.isStandIn ? 1 : 0
                try shelf.keep(text.add(frame, try frame.luma(toFit: TextGate<VideoFrame>.lumaSide), at: time))
            }
        }
        // Of what is cut off, the header still tells the length.
        let declared = report.wasTruncated ? 0 : probed.durationMilliseconds ?? 0
        let end = max(Int(report.endMilliseconds), declared)
        try scenes.finish(at: end)
        try shelf.keep(text.finish(at: end))
        guard !scenes.shots.isEmpty else { throw Fault.reject("scenes", "no frame of the video could be decoded") }
        return Effects(
            objects: shelf.objects,
            rows: [
                .moments(scenes.moments), .outputs(shelf.outputs), .fingerprints(.frames(prints.finish(at: end))),
            ],
            events: [OutgoingEvent(probed, to: "readtext"), duplicates(of: probed)],
            note: report.note
        )
    }

    private func picture(
        _ bytes: any ByteSource,
        _ probed: AssetProbed,
        _ context: StageContext
    ) async throws -> Effects {
        let shelf = Shelf(probed.source, context)
        let picture = try await MediaReader.open(bytes).picture(toFit: SceneRecorder.keyframeSide)
        _ = try shelf.keep(.poster, JPEGEncoder.encode(picture.image, quality: 85), "image/jpeg", nil)
        let small = try picture.image.scaled(toFit: SceneRecorder.thumbnailSide)
        _ = try shelf.keep(.thumbnail, JPEGEncoder.encode(small, quality: 80), "image/jpeg", nil)
        let prints = Fingerprints.picture(of: try await PictureLumaReader.read(bytes))
        return Effects(
            objects: shelf.objects,
            rows: [.outputs(shelf.outputs), .fingerprints(prints)],
            events: [duplicates(of: probed)],
            note: picture.note
        )
    }

    private func duplicates(of probed: AssetProbed) -> OutgoingEvent {
        OutgoingEvent(DuplicatesSought(source: probed.source, by: .picture), to: "match")
    }
}
