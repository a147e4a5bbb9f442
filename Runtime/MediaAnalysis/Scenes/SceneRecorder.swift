package import MediaDecode
package import Pipeline

/// Makes all that Scenes keeps of a video, in one pass over its frames: shots, keyframes, thumbnails, storyboard, poster.
///
/// What it holds is bounded: some seconds of small images, a handful of pictures, one storyboard sheet.
package struct SceneRecorder {
    /// Keeps bytes for an output.
    ///
    /// - Parameters: the output's name, its bytes, their media type, and where in the video it belongs.
    /// - Returns: the object's key.
    package typealias Keep = (OutputName, [UInt8], String, Int?) throws(Fault) -> String

    package static let keyframeSide = 1920
    package static let thumbnailSide = 320
    private static let sharpnessSide = 640

    package private(set) var shots: [Shot] = []
    private var detector = ShotDetector()
    private var keyframes = KeyframeSelector()
    private var spans = SpanDetector()
    private var storyboard: Storyboard
    private var track = StoryboardTrack()
    private var poster: Keyframe?
    private let keep: Keep

    /// - Parameters:
    ///   - durationMilliseconds: the video's; nil where it is not known.
    ///   - keep: called for everything that is made.
    package init(durationMilliseconds: Int?, keep: @escaping Keep) {
        storyboard = Storyboard(durationMilliseconds: durationMilliseconds)
        self.keep = keep
    }

    /// Shots, and stretches that are black, frozen or flash, in the order of time.
    package var moments: [Moment] {
        let shots = shots.map { shot in
            Moment(
                kind: .shot,
                startMilliseconds: shot.startMilliseconds,
                endMilliseconds: shot.endMilliseconds,
                confidence: shot.confidence
            )
        }
        return (shots + spans.moments).sorted { $0.startMilliseconds < $1.startMilliseconds }
    }

    /// Takes the next frame; of one that stands in for another, only that the shot goes on.
    ///
    /// - Throws: what `keep` throws; reject, where the frame's pixel format can't be converted.
    package mutating func add(_ frame: VideoFrame) throws(Fault) {
        let time = Int(frame.startMilliseconds)
        try close(detector.add(frame.luma, at: time, isStandIn: frame.isStandIn))
        if frame.isStandIn {
            spans.skip()
        } else {
            spans.add(frame.luma, at: time)
            try addKeyframe(frame, time)
        }
        let sheet = try storyboard.add(at: time) { () throws(Fault) in try frame.yuv(toFit: Storyboard.tileSide) }
        try write(sheet)
    }

    private mutating func addKeyframe(_ frame: VideoFrame, _ time: Int) throws(Fault) {
        let keyframe = try keyframes.add(
            frame.luma,
            at: time,
            sharpness: { () throws(Fault) in try frame.luma(toFit: Self.sharpnessSide).sharpness },
            picture: { () throws(Fault) in try frame.yuv(toFit: Self.keyframeSide) }
        )
        try write(keyframe)
    }

    /// Ends the video.
    ///
    /// - Parameter milliseconds: where it ends.
    /// - Throws: what `keep` throws.
    package mutating func finish(at milliseconds: Int) throws(Fault) {
        try close(detector.finish(at: milliseconds), isLast: true)
        spans.finish(at: milliseconds)
        try write(storyboard.finish())
        if !track.isEmpty {
            let text = track.webVTT(endMilliseconds: milliseconds)
            _ = try keep(.storyboardTrack, Array(text.utf8), "text/vtt", nil)
        }
        guard let poster else { return }
        _ = try keep(.poster, try JPEGEncoder.encode(poster.picture, quality: 85), "image/jpeg", poster.milliseconds)
    }

    private mutating func close(_ ended: [Shot], isLast: Bool = false) throws(Fault) {
        for (index, shot) in ended.enumerated() {
            shots.append(shot)
            let isEnd = isLast && index == ended.count - 1
            let next = index + 1 < ended.count ? ended[index + 1].transition : detector.incoming
            try write(keyframes.end(shot, next: isEnd ? nil : next))
        }
    }

    private mutating func write(_ keyframe: Keyframe?) throws(Fault) {
        guard let keyframe else { return }
        if keyframe.score > poster?.score ?? -1 { poster = keyframe }
        let start = keyframe.startMilliseconds
        _ = try keep(.keyframe, try JPEGEncoder.encode(keyframe.picture, quality: 85), "image/jpeg", start)
        let small = try keyframe.picture.scaled(toFit: Self.thumbnailSide)
        _ = try keep(.thumbnail, try JPEGEncoder.encode(small, quality: 80), "image/jpeg", start)
    }

    private mutating func write(_ sheet: StoryboardSheet?) throws(Fault) {
        guard let sheet, let first = sheet.tiles.first else { return }
        let jpeg = try JPEGEncoder.encode(sheet.image, quality: 75)
        let key = try keep(.storyboard, jpeg, "image/jpeg", first.startMilliseconds)
        track.add(sheet, named: key.split(separator: "/").last.map(String.init) ?? key)
    }
}
