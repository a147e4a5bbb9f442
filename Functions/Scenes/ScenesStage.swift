import MediaAnalysis
import MediaDecode
import Pipeline

/// Finds the shots of a video in one pass over its frames, and keeps pictures of them.
struct ScenesStage: Stage {
    static let name: StageName = "scenes"
    static let revision = 1
    static let limits = StageLimits(timeoutSeconds: 21_600, concurrency: 1)
    static let sends: [StageName] = ["readtext"]

    func handle(_ probed: AssetProbed, in context: StageContext) async throws -> Effects {
        let reader = try await MediaReader.open(try await context.objects.open(probed.source.key))
        let duration = Double(max(probed.durationMilliseconds ?? 0, 1))
        var shots = ShotDetector()
        var keyframes = KeyframeSelector<VideoFrame>()
        var moments: [Moment] = []
        var pictures: [(start: Int, object: ObjectWrite)] = []

        func keep(_ keyframe: KeyframeSelector<VideoFrame>.Keyframe?) throws {
            guard let keyframe else { return }
            let jpeg = try JPEGEncoder.encode(try keyframe.frame.rgb(toFit: 1920), quality: 85)
            let object = try ObjectWrite(jpeg, contentType: "image/jpeg", in: context)
            pictures.append((keyframe.startMilliseconds, object))
        }
        func close(_ shot: Shot) {
            moments.append(
                Moment(
                    kind: .shot,
                    startMilliseconds: shot.startMilliseconds,
                    endMilliseconds: shot.endMilliseconds,
                    confidence: shot.confidence
                )
            )
        }

        let report = try await reader.frames { frame in
            let time = Int(frame.startMilliseconds)
            if let shot = shots.add(frame.luma, at: time) {
                close(shot)
                try keep(keyframes.cut(at: shot.endMilliseconds))
            }
            try keep(keyframes.add(frame, frame.luma, at: time))
            context.progress(Double(time) / duration)
        }
        let end = max(Int(report.endMilliseconds), probed.durationMilliseconds ?? 0)
        if let shot = shots.finish(at: end) { close(shot) }
        try keep(keyframes.cut(at: end))
        guard !moments.isEmpty else { throw Fault.reject("scenes", "no frame of the video could be decoded") }

        return Effects(
            objects: pictures.map(\.object),
            rows: [.moments(moments), .outputs(outputs(pictures, of: probed.source, context))],
            events: [OutgoingEvent(probed, to: "readtext")],
            note: report.note
        )
    }

    private func outputs(
        _ pictures: [(start: Int, object: ObjectWrite)],
        of source: ObjectReference,
        _ context: StageContext
    ) -> [Output] {
        pictures.map { start, object in
            Output(
                name: .keyframe,
                identity: context.digester.identity([source.digest.rawValue, "scenes.\(Self.revision)", "\(start)"]),
                key: object.key,
                contentType: object.contentType,
                startMilliseconds: start
            )
        }
    }
}
