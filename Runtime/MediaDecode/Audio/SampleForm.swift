import CLibAV

/// The form that a frame's samples have.
struct SampleForm: Equatable {
    let format: Int32
    let sampleRate: Int32
    let channelCount: Int32
    let channelMask: UInt64

    init(_ frame: UnsafeMutablePointer<AVFrame>) {
        let layout = frame.pointee.ch_layout
        format = frame.pointee.format
        sampleRate = frame.pointee.sample_rate
        channelCount = layout.nb_channels
        channelMask = layout.order == AV_CHANNEL_ORDER_NATIVE ? layout.u.mask : 0
    }
}
