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
        described.languageTag = described.language.flatMap(LanguageTag.normalized)
        described.dispositions = dispositions(stream.pointee.disposition)
        described.timecode = value("timecode", of: tags)
        described.durationMilliseconds = milliseconds(stream.pointee.duration, stream.pointee.time_base)
        described.startMilliseconds = milliseconds(stream.pointee.start_time, stream.pointee.time_base)
        described.bitRate = positive(parameters.bit_rate)
        described.frameCount = positive(stream.pointee.nb_frames).map(Int.init)
        described.profile = name(avcodec_profile_name(parameters.codec_id, parameters.profile))
        described.codecTag = codecTag(parameters.codec_tag)
        switch described.kind {
        case .video, .attachedPicture: describePicture(&described, stream)
        case .audio: describeSound(&described, parameters)
        case .subtitle, .other: break
        }
        return described
    }

    private func describeSound(_ described: inout MediaStream, _ parameters: AVCodecParameters) {
        described.sampleRate = Int(parameters.sample_rate)
        described.channelCount = Int(parameters.ch_layout.nb_channels)
        var layout = parameters.ch_layout
        var words = [CChar](repeating: 0, count: 128)
        if layout.order != AV_CHANNEL_ORDER_UNSPEC, av_channel_layout_describe(&layout, &words, words.count) > 0 {
            described.channelLayout = words.withUnsafeBufferPointer { name($0.baseAddress) }
        }
        let format = AVSampleFormat(parameters.format)
        described.sampleFormat = name(av_get_sample_fmt_name(format))
        let coded = av_get_bits_per_sample(parameters.codec_id)
        let raw = parameters.bits_per_raw_sample > 0 ? parameters.bits_per_raw_sample : coded
        // Codecs that lose something have no depth of their own.
        described.bitDepth = raw > 0 ? Int(raw) : nil
    }

    private func dispositions(_ flags: Int32) -> [String] {
        (0..<31).compactMap { bit in
            flags & (1 << bit) == 0 ? nil : name(av_disposition_to_string(1 << bit))
        }
    }

    /// Four letters; nil where the container counts its codecs instead.
    private func codecTag(_ tag: UInt32) -> String? {
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: tag >> (8 * $0)) }
        return bytes.allSatisfy { (0x20...0x7E).contains($0) } ? String(decoding: bytes, as: UTF8.self) : nil
    }

    func name(_ words: UnsafePointer<CChar>?) -> String? { words.map { String(cString: $0) } }

    /// How the stream's display matrix lays its pictures, to the next quarter turn.
    func orientation(_ stream: UnsafeMutablePointer<AVStream>) -> Orientation {
        var byteCount = 0
        let data = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &byteCount)
        guard let data, byteCount >= 9 * MemoryLayout<Int32>.size else { return Orientation(clockwiseDegrees: 0) }
        return data.withMemoryRebound(to: Int32.self, capacity: 9) { matrix in
            let counterclockwise = av_display_rotation_get(matrix)
            guard counterclockwise.isFinite else { return Orientation(clockwiseDegrees: 0) }
            // A negative determinant mirrors. Mirroring comes first, and turns the axis that the angle is told by.
            let isMirrored = Double(matrix[0]) * Double(matrix[4]) < Double(matrix[1]) * Double(matrix[3])
            let quarters = Int((-counterclockwise / 90).rounded()) + (isMirrored ? 2 : 0)
            return Orientation(clockwiseDegrees: (quarters + 4) % 4 * 90, isMirrored: isMirrored)
        }
    }

    /// A tag by its name, in whatever case it stands.
    func value(_ name: String, of tags: [String: String]) -> String? {
        tags[name] ?? tags.first { $0.key.lowercased() == name }?.value
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

    func rate(_ rational: AVRational) -> Double? {
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
