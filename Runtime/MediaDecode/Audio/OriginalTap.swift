import CLibAV

/// Keeps a pass's frames as they were recorded, until they are taken: SwrContext, for the form of the samples alone.
final class OriginalTap {
    /// Samples a second of all channels; more is no sound for people, and is left out.
    private static let sampleCount = 192_000 * 32

    private var context: OpaquePointer?
    private var form: SampleForm?
    private var kept: [OriginalSound] = []

    deinit { swr_free(&context) }

    /// What came since the last call; more than one where the form has changed.
    func take() -> [OriginalSound] {
        defer {
            kept = kept.last.map { [OriginalSound(sampleRate: $0.sampleRate, roles: $0.roles, planes: $0.empty)] } ?? []
        }
        return kept.filter { $0.planes.first?.isEmpty == false }
    }

    /// Keeps a frame's samples; those that can't be converted are left out, which the resampler reports.
    func add(_ frame: UnsafeMutablePointer<AVFrame>) {
        if form != SampleForm(frame) { prepare(frame) }
        guard let context, let last = kept.indices.last, frame.pointee.nb_samples > 0 else { return }
        let count = Int(frame.pointee.nb_samples)
        let channelCount = kept[last].roles.count
        var made = 0
        let samples = [Float](unsafeUninitializedCapacity: count * channelCount) { buffer, filled in
            made = Self.convert(context, frame, to: buffer, channelCount)
            filled = made > 0 ? count * channelCount : 0
        }
        guard made > 0 else { return }
        for channel in 0..<channelCount {
            kept[last].planes[channel] += samples[channel * count..<channel * count + made]
        }
    }

    /// - Returns: how many samples each channel has, one channel behind the other; 0 where they could not be made.
    private static func convert(
        _ context: OpaquePointer,
        _ frame: UnsafeMutablePointer<AVFrame>,
        to buffer: UnsafeMutableBufferPointer<Float>,
        _ channelCount: Int
    ) -> Int {
        buffer.initialize(repeating: 0)
        guard let base = buffer.baseAddress else { return 0 }
        let count = Int(frame.pointee.nb_samples)
        var targets = (0..<channelCount).map { channel in
            UnsafeMutablePointer<UInt8>?(
                UnsafeMutableRawPointer(base + channel * count).assumingMemoryBound(to: UInt8.self)
            )
        }
        let planes = UnsafeRawPointer(frame.pointee.extended_data)?
            .assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
        return Int(swr_convert(context, &targets, Int32(count), UnsafeMutablePointer(mutating: planes), Int32(count)))
    }

    private func prepare(_ frame: UnsafeMutablePointer<AVFrame>) {
        swr_free(&context)
        form = SampleForm(frame)
        var layout = frame.pointee.ch_layout
        if layout.order == AV_CHANNEL_ORDER_UNSPEC { av_channel_layout_default(&layout, layout.nb_channels) }
        let rate = frame.pointee.sample_rate
        guard rate > 0, layout.nb_channels > 0, Int(rate) * Int(layout.nb_channels) <= Self.sampleCount else { return }
        let format = AVSampleFormat(frame.pointee.format)
        var same = layout
        var code = swr_alloc_set_opts2(&context, &same, AV_SAMPLE_FMT_FLTP, rate, &layout, format, rate, 0, nil)
        if code >= 0 { code = swr_init(context) }
        guard code >= 0 else { return swr_free(&context) }
        let roles = (0..<UInt32(layout.nb_channels)).map { OriginalSound.Role(&layout, $0) }
        kept.append(OriginalSound(sampleRate: Int(rate), roles: roles, planes: roles.map { _ in [] }))
    }
}

extension OriginalSound {
    fileprivate var empty: [[Float]] { planes.map { _ in [] } }
}

extension OriginalSound.Role {
    fileprivate init(_ layout: inout AVChannelLayout, _ index: UInt32) {
        switch av_channel_layout_channel_from_index(&layout, index) {
        case AV_CHAN_LOW_FREQUENCY, AV_CHAN_LOW_FREQUENCY_2: self = .lowFrequency
        case AV_CHAN_BACK_LEFT, AV_CHAN_BACK_RIGHT, AV_CHAN_BACK_CENTER, AV_CHAN_SIDE_LEFT, AV_CHAN_SIDE_RIGHT,
            AV_CHAN_TOP_BACK_LEFT, AV_CHAN_TOP_BACK_CENTER, AV_CHAN_TOP_BACK_RIGHT, AV_CHAN_SURROUND_DIRECT_LEFT,
            AV_CHAN_SURROUND_DIRECT_RIGHT:
            self = .surround
        default: self = .front
        }
    }
}
