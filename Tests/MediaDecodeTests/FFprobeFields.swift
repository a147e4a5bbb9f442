import MediaDecode

/// What is compared with `ffprobe`, field by field, under its names. What a file does not say is nil on both sides.
enum FFprobeFields {
    /// Each with ours, in ffprobe's writing.
    static let stream: [(name: String, ours: @Sendable (MediaStream) -> String?)] = [
        ("codec_name", { $0.codec == "none" ? nil : $0.codec }),
        ("codec_type", { $0.kind == .attachedPicture ? "video" : $0.kind == .other ? "data" : $0.kind.rawValue }),
        ("codec_tag_string", { $0.codecTag }),
        ("profile", { $0.profile }),
        ("level", { $0.level.map { "\($0)" } }),
        ("width", { $0.width.map { "\($0)" } }),
        ("height", { $0.height.map { "\($0)" } }),
        ("pix_fmt", { $0.pixelFormat }),
        ("sample_aspect_ratio", { $0.sampleAspectRatio }),
        ("display_aspect_ratio", { $0.displayAspectRatio }),
        ("color_range", { $0.colorRange }),
        ("color_space", { $0.colorMatrix }),
        ("color_transfer", { $0.colorTransfer }),
        ("color_primaries", { $0.colorPrimaries }),
        ("chroma_location", { $0.chromaLocation }),
        ("field_order", { $0.fieldOrder }),
        ("sample_fmt", { $0.sampleFormat }),
        ("sample_rate", { $0.sampleRate.map { "\($0)" } }),
        ("channels", { $0.channelCount.map { "\($0)" } }),
        ("channel_layout", { $0.channelLayout }),
        ("bit_rate", { $0.bitRate.map { "\($0)" } }),
        ("nb_frames", { $0.frameCount.map { "\($0)" } }),
    ]

    /// Rates, as frames per second.
    static let rates: [(name: String, ours: @Sendable (MediaStream) -> Double?)] = [
        ("avg_frame_rate", { $0.frameRate }),
        ("r_frame_rate", { $0.nominalFrameRate }),
    ]

    /// Times, in seconds there, in milliseconds here.
    static let times: [(name: String, ours: @Sendable (MediaStream) -> Int64?)] = [
        ("start_time", { $0.startMilliseconds }),
        ("duration", { $0.durationMilliseconds }),
    ]

    /// Compared by the test itself: objects, and numbers that mean one thing only together.
    static let compound: Set<String> = [
        "index", "bits_per_raw_sample", "bits_per_sample", "disposition", "tags", "side_data_list",
    ]

    /// What libav needs for itself, and what says the same in other words.
    static let leftOut: Set<String> = [
        "codec_long_name", "codec_tag", "coded_width", "coded_height", "closed_captions", "film_grain", "has_b_frames",
        "refs", "is_avc", "nal_length_size", "id", "time_base", "start_pts", "duration_ts", "extradata_size",
        "ts_id", "ts_packetsize", "divx_packed", "quarter_sample", "timecode", "missing_streams", "max_bit_rate",
        "quincunx_sample", "initial_padding", "dmix_mode", "ltrt_cmixlev", "ltrt_surmixlev", "loro_cmixlev",
        "loro_surmixlev",
    ]
}
