import CLibAV
import Pipeline

extension Container {
    /// How many packets may come before the first frame.
    private static let firstFramePacketCount = 64

    func describePicture(_ described: inout MediaStream, _ stream: UnsafeMutablePointer<AVStream>) {
        let parameters = stream.pointee.codecpar.pointee
        described.width = Int(parameters.width)
        described.height = Int(parameters.height)
        described.level = parameters.level > 0 ? Int(parameters.level) : nil
        let format = AVPixelFormat(parameters.format)
        described.pixelFormat = name(av_get_pix_fmt_name(format))
        described.bitDepth = av_pix_fmt_desc_get(format).map { Int($0.pointee.comp.0.depth) }
        describeColor(&described, parameters)
        described.hdr = hdr(stream, &described)
        describeAspect(&described, stream)
        described.fieldOrder = fieldOrder(parameters.field_order)
        described.frameRate = rate(stream.pointee.avg_frame_rate)
        described.nominalFrameRate = rate(stream.pointee.r_frame_rate)
        let orientation = orientation(stream)
        described.rotationDegrees = orientation.quarterTurns * 90
        described.isMirrored = orientation.isMirrored ? true : nil
    }

    private func describeColor(_ described: inout MediaStream, _ parameters: AVCodecParameters) {
        if parameters.color_trc != AVCOL_TRC_UNSPECIFIED {
            described.colorTransfer = name(av_color_transfer_name(parameters.color_trc))
        }
        if parameters.color_primaries != AVCOL_PRI_UNSPECIFIED {
            described.colorPrimaries = name(av_color_primaries_name(parameters.color_primaries))
        }
        if parameters.color_space != AVCOL_SPC_UNSPECIFIED {
            described.colorMatrix = name(av_color_space_name(parameters.color_space))
        }
        if parameters.color_range != AVCOL_RANGE_UNSPECIFIED {
            described.colorRange = name(av_color_range_name(parameters.color_range))
        }
        if parameters.chroma_location != AVCHROMA_LOC_UNSPECIFIED {
            described.chromaLocation = name(av_chroma_location_name(parameters.chroma_location))
        }
    }

    private func hdr(_ stream: UnsafeMutablePointer<AVStream>, _ described: inout MediaStream) -> HDRKind {
        if let light: AVContentLightMetadata = sideData(stream, AV_PKT_DATA_CONTENT_LIGHT_LEVEL) {
            described.maxContentLightLevel = Int(light.MaxCLL)
            described.maxFrameAverageLightLevel = Int(light.MaxFALL)
        }
        if let record: AVDOVIDecoderConfigurationRecord = sideData(stream, AV_PKT_DATA_DOVI_CONF) {
            described.dolbyVisionProfile = Int(record.dv_profile)
            return .dolbyVision
        }
        switch stream.pointee.codecpar.pointee.color_trc {
        case AVCOL_TRC_SMPTE2084: return .hdr10
        case AVCOL_TRC_ARIB_STD_B67: return .hlg
        default: return .sdr
        }
    }

    private func sideData<Value: BitwiseCopyable>(
        _ stream: UnsafeMutablePointer<AVStream>,
        _ kind: AVPacketSideDataType
    ) -> Value? {
        var byteCount = 0
        guard let data = av_stream_get_side_data(stream, kind, &byteCount), byteCount >= MemoryLayout<Value>.size else {
            return nil
        }
        return UnsafeRawPointer(data).loadUnaligned(as: Value.self)
    }

    private func describeAspect(_ described: inout MediaStream, _ stream: UnsafeMutablePointer<AVStream>) {
        let sample = av_guess_sample_aspect_ratio(context, stream, nil)
        guard sample.num > 0, sample.den > 0 else { return }
        described.sampleAspectRatio = "\(sample.num):\(sample.den)"
        let parameters = stream.pointee.codecpar.pointee
        var display = AVRational(num: 0, den: 1)
        let width = Int64(parameters.width) * Int64(sample.num)
        let height = Int64(parameters.height) * Int64(sample.den)
        // The bound is ffprobe's.
        av_reduce(&display.num, &display.den, width, height, 1024 * 1024)
        if display.num > 0, display.den > 0 { described.displayAspectRatio = "\(display.num):\(display.den)" }
    }

    private func fieldOrder(_ order: AVFieldOrder) -> String? {
        switch order {
        case AV_FIELD_PROGRESSIVE: "progressive"
        case AV_FIELD_TT: "tt"
        case AV_FIELD_BB: "bb"
        case AV_FIELD_TB: "tb"
        case AV_FIELD_BT: "bt"
        default: nil
        }
    }

    /// Looks into the first frame for what no header tells: light levels, and metadata of scenes.
    ///
    /// - Parameter described: of the stream; stays as it is where no frame can be decoded.
    /// - Throws: what the source throws; retry, where the task was cancelled.
    func describeFirstFrame(_ described: inout MediaStream) throws(Fault) {
        let index = described.index
        guard let stream = streams[index], let decoder = try? Decoder(stream, limits) else { return }
        var frame = av_frame_alloc()
        defer { av_frame_free(&frame) }
        guard let frame else { throw .retry("media.open", underlying: OutOfMemory()) }
        let packets = try peek().packets.filter { Int($0.pointee.stream_index) == index }
        for packet in packets.prefix(Self.firstFramePacketCount).map(Optional.some) + [nil] {
            _ = decoder.send(packet)
            guard decoder.receive(frame) >= 0 else { continue }
            if av_frame_get_side_data(frame, AV_FRAME_DATA_DYNAMIC_HDR_PLUS) != nil { described.hdr = .hdr10Plus }
            if let data = av_frame_get_side_data(frame, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL)?.pointee,
                data.size >= MemoryLayout<AVContentLightMetadata>.size, described.maxContentLightLevel == nil
            {
                let light = UnsafeRawPointer(data.data).loadUnaligned(as: AVContentLightMetadata.self)
                described.maxContentLightLevel = Int(light.MaxCLL)
                described.maxFrameAverageLightLevel = Int(light.MaxFALL)
            }
            return
        }
    }
}
