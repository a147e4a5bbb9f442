import CLibAV
import Pipeline

/// Brings samples of any form to one channel of floats at 16 kHz: SwrContext, made anew where the form changes.
final class Resampler {
    private var context: OpaquePointer?
    private var form: SampleForm?

    deinit { swr_free(&context) }

    /// How many samples of the result are still held back.
    var pendingCount: Int64 { context == nil ? 0 : swr_get_delay(context, Int64(AudioChunk.sampleRate)) }

    func isMade(for frame: UnsafeMutablePointer<AVFrame>) -> Bool { form == SampleForm(frame) }

    /// Appends a frame's samples.
    ///
    /// - Throws: reject, where they are of a form that can't be converted.
    func convert(_ frame: UnsafeMutablePointer<AVFrame>, into samples: inout [Float]) throws(Fault) {
        if !isMade(for: frame) { try prepare(frame) }
        let count = swr_get_out_samples(context, frame.pointee.nb_samples)
        let planes = UnsafeRawPointer(frame.pointee.extended_data)?
            .assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
        append(planes, frame.pointee.nb_samples, room: count, to: &samples)
    }

    /// Appends what is held back; the next frame begins anew.
    func flush(into samples: inout [Float]) {
        guard context != nil else { return }
        append(nil, 0, room: swr_get_out_samples(context, 0), to: &samples)
        swr_free(&context)
        form = nil
    }

    private func append(
        _ planes: UnsafePointer<UnsafePointer<UInt8>?>?,
        _ count: Int32,
        room: Int32,
        to samples: inout [Float]
    ) {
        guard room > 0 else { return }
        samples += [Float](unsafeUninitializedCapacity: Int(room)) { buffer, filled in
            buffer.withMemoryRebound(to: UInt8.self) { bytes in
                var target = bytes.baseAddress
                filled = Int(max(swr_convert(context, &target, room, UnsafeMutablePointer(mutating: planes), count), 0))
            }
        }
    }

    /// A second of the lowest rate must not grow beyond bounds.
    private static let sampleRates: ClosedRange<Int32> = 1000...768_000

    private func prepare(_ frame: UnsafeMutablePointer<AVFrame>) throws(Fault) {
        swr_free(&context)
        form = nil
        let rate = frame.pointee.sample_rate
        guard Self.sampleRates.contains(rate) else {
            throw .reject("media.resample", "sound with \(rate) samples a second; \(Self.sampleRates) are read")
        }
        var mono = clibav_mono()
        var layout = frame.pointee.ch_layout
        if layout.order == AV_CHANNEL_ORDER_UNSPEC { av_channel_layout_default(&layout, layout.nb_channels) }
        var code = swr_alloc_set_opts2(
            &context,
            &mono,
            AV_SAMPLE_FMT_FLT,
            Int32(AudioChunk.sampleRate),
            &layout,
            AVSampleFormat(frame.pointee.format),
            frame.pointee.sample_rate,
            0,
            nil
        )
        if code >= 0, let context {
            // Without it, float channels are added up above 1.
            av_opt_set_double(UnsafeMutableRawPointer(context), "rematrix_maxval", 1, 0)
            code = swr_init(context)
            if code < 0 {
                // How channels without places mix is not told: each counts for the same.
                let shares = [Double](repeating: 1 / Double(layout.nb_channels), count: Int(layout.nb_channels))
                if swr_set_matrix(context, shares, layout.nb_channels) >= 0 { code = swr_init(context) }
            }
        }
        guard code >= 0 else {
            swr_free(&context)
            throw .reject("media.resample", "its samples can't be converted: \(AVError(code: code))")
        }
        form = SampleForm(frame)
    }
}
