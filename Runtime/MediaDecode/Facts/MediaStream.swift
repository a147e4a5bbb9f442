/// One stream of a container; nil is what the file does not say, or what such a stream has not.
package struct MediaStream: Codable, Sendable, Equatable {
    package var index: Int
    package var kind: StreamKind
    /// libavcodec's name: "h264", "aac".
    package var codec: String
    /// Pixels as they are stored, before rotation.
    package var width: Int?
    package var height: Int?
    /// libavutil's name: "yuv420p".
    package var pixelFormat: String?
    /// How brightness is coded; "smpte2084" and "arib-std-b67" are high dynamic range.
    package var colorTransfer: String?
    /// Frames per second, on average.
    package var frameRate: Double?
    /// The lowest rate at which every frame has its own tick; it differs from `frameRate` where the rate varies.
    package var nominalFrameRate: Double?
    /// Clockwise turn that makes the picture upright: 90, 180 or 270; 0 where it is so already.
    package var rotationDegrees: Int?
    package var sampleRate: Int?
    package var channelCount: Int?
    /// As the file has it, mostly ISO 639-2: "eng".
    package var language: String?
    package var durationMilliseconds: Int64?
    package var bitRate: Int64?
    package var tags: [String: String]

    package init(index: Int, kind: StreamKind, codec: String, tags: [String: String] = [:]) {
        self.index = index
        self.kind = kind
        self.codec = codec
        self.tags = tags
    }
}
