import CLibAV

extension Container {
    func describe(_ stream: UnsafeMutablePointer<AVStream>) -> MediaStream {
        let parameters = stream.pointee.codecpar.pointee
        let tags = tags(stream.pointee.metadata)
        var described = MediaStream(
            index: Int(stream.pointee.index),
            kind: kind(stream),
            codec: String(cString: avcodec_get_name(parameters.codec_id)),
            tags: tags
        )
        described.language = tags["language"].flatMap { $0 == "und" ? nil : $0 }
        described.durationMilliseconds = milliseconds(stream.pointee.duration, stream.pointee.time_base)
        described.bitRate = positive(parameters.bit_rate)
        switch described.kind {
        case .video, .attachedPicture:
            described.width = Int(parameters.width)
            described.height = Int(parameters.height)
            described.pixelFormat = av_get_pix_fmt_name(AVPixelFormat(parameters.format)).map { String(cString: $0) }
            if parameters.color_trc != AVCOL_TRC_UNSPECIFIED {
                described.colorTransfer = av_color_transfer_name(parameters.color_trc).map { String(cString: $0) }
            }
            described.frameRate = rate(stream.pointee.avg_frame_rate)
            described.nominalFrameRate = rate(stream.pointee.r_frame_rate)
            described.rotationDegrees = rotationDegrees(stream)
        case .audio:
            described.sampleRate = Int(parameters.sample_rate)
            described.channelCount = Int(parameters.ch_layout.nb_channels)
        case .subtitle, .other:
            break
        }
        return described
    }

    /// The clockwise turn of the stream's display matrix, to the next quarter.
    func rotationDegrees(_ stream: UnsafeMutablePointer<AVStream>) -> Int {
        var byteCount = 0
        let matrix = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &byteCount)
        guard let matrix, byteCount >= 9 * MemoryLayout<Int32>.size else { return 0 }
        let counterclockwise = matrix.withMemoryRebound(to: Int32.self, capacity: 9) { av_display_rotation_get($0) }
        guard counterclockwise.isFinite else { return 0 }
        let quarters = Int((-counterclockwise / 90).rounded()) % 4
        return (quarters + 4) % 4 * 90
    }

    func tags(_ dictionary: OpaquePointer?) -> [String: String] { Self.tags(dictionary, limits) }

    static func tags(_ dictionary: OpaquePointer?, _ limits: MediaLimits) -> [String: String] {
        var tags: [String: String] = [:]
        var entry = av_dict_get(dictionary, "", nil, AV_DICT_IGNORE_SUFFIX)
        while let found = entry, tags.count < limits.tagCount {
            let value = UnsafeRawBufferPointer(start: found.pointee.value, count: strlen(found.pointee.value))
            let kept = value.prefix(limits.tagByteCount)
            tags[String(cString: found.pointee.key)] = String(decoding: kept, as: UTF8.self)
            entry = av_dict_get(dictionary, "", found, AV_DICT_IGNORE_SUFFIX)
        }
        return tags
    }

    /// 115 days.
    private static let longestMilliseconds: Int64 = 10_000_000_000

    func milliseconds(_ time: Int64, _ base: AVRational) -> Int64? {
        guard time != clibav_no_time() else { return nil }
        let milliseconds = av_rescale_q(time, base, AVRational(num: 1, den: 1000))
        // A time no recording has is damage; arithmetic on it would overflow.
        return (-Self.longestMilliseconds...Self.longestMilliseconds).contains(milliseconds) ? milliseconds : nil
    }

    func positive(_ number: Int64) -> Int64? { number > 0 ? number : nil }

    private func rate(_ rational: AVRational) -> Double? {
        rational.num > 0 && rational.den > 0 ? Double(rational.num) / Double(rational.den) : nil
    }

    private func kind(_ stream: UnsafeMutablePointer<AVStream>) -> StreamKind {
        switch stream.pointee.codecpar.pointee.codec_type {
        case AVMEDIA_TYPE_VIDEO:
            stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0 ? .video : .attachedPicture
        case AVMEDIA_TYPE_AUDIO: .audio
        case AVMEDIA_TYPE_SUBTITLE: .subtitle
        default: .other
        }
    }
}
