/// One stream of a container; nil is what the file does not say, or what such a stream has not.
package struct MediaStream: Codable, Sendable, Equatable {
    package var index: Int
    package var kind: StreamKind
    /// libavcodec's name: "h264", "aac".
    package var codec: String
    /// "High", "LC".
    package var profile: String?
    /// As the codec counts: 41 is H.264's level 4.1.
    package var level: Int?
    /// The container's own name of the codec, four letters: "avc1".
    package var codecTag: String?
    /// Pixels as they are stored, before rotation.
    package var width: Int?
    package var height: Int?
    /// libavutil's name: "yuv420p".
    package var pixelFormat: String?
    /// Bits of a colour component, or of a sample.
    package var bitDepth: Int?
    /// libavutil's name: "bt2020".
    package var colorPrimaries: String?
    /// libavutil's name: "bt2020nc".
    package var colorMatrix: String?
    /// "tv" for the limited range, "pc" for the full one.
    package var colorRange: String?
    package var chromaLocation: String?
    package var hdr: HDRKind?
    package var dolbyVisionProfile: Int?
    /// Candela per square metre: of the brightest pixel, and of the brightest frame on average.
    package var maxContentLightLevel: Int?
    package var maxFrameAverageLightLevel: Int?
    /// Width to height of a stored pixel: "4:3"; nil where it is not told.
    package var sampleAspectRatio: String?
    /// Width to height of the picture as it is shown, before rotation.
    package var displayAspectRatio: String?
    /// "progressive", or the order in which fields are coded and shown: "tt", "bb", "tb", "bt".
    package var fieldOrder: String?
    /// How brightness is coded; "smpte2084" and "arib-std-b67" are high dynamic range.
    package var colorTransfer: String?
    /// Frames per second, on average.
    package var frameRate: Double?
    /// The lowest rate at which every frame has its own tick; it differs from `frameRate` where the rate varies.
    package var nominalFrameRate: Double?
    package var hasVariableFrameRate: Bool?
    package var frameCount: Int?
    /// Clockwise turn that makes the picture upright: 90, 180 or 270; 0 where it is so already.
    package var rotationDegrees: Int?
    /// True where the picture is mirrored left to right before that turn.
    package var isMirrored: Bool?
    package var sampleRate: Int?
    package var channelCount: Int?
    /// libavutil's name: "5.1(side)".
    package var channelLayout: String?
    /// libavutil's name: "fltp".
    package var sampleFormat: String?
    /// As the file has it, mostly ISO 639-2: "eng".
    package var language: String?
    /// The same as BCP 47 has it: "en", "pt-BR".
    package var languageTag: String?
    /// What the stream is for, in libavformat's words: "default", "forced", "attached_pic".
    package var dispositions: [String]?
    /// Of the first frame: "01:00:00:00".
    package var timecode: String?
    /// From the file's time zero.
    package var startMilliseconds: Int64?
    package var durationMilliseconds: Int64?
    package var bitRate: Int64?
    package var tags: [String: String]

    /// Made for some, or beside the main one.
    private static let asides: Set<String> = [
        "attached_pic", "clean_effects", "comment", "descriptions", "hearing_impaired", "karaoke", "lyrics",
        "still_image", "timed_thumbnails", "visual_impaired",
    ]

    package init(index: Int, kind: StreamKind, codec: String, tags: [String: String] = [:]) {
        self.index = index
        self.kind = kind
        self.codec = codec
        self.tags = tags
    }

    /// How likely it is the one of its kind that is meant: only for comparing.
    var preference: Int {
        let purposes = Set(dispositions ?? [])
        return (purposes.isDisjoint(with: Self.asides) ? 2 : 0) + (purposes.contains("default") ? 1 : 0)
    }
}
