import CLibAV
import Pipeline

/// An opened container: AVFormatContext over a byte source.
///
/// Every call may block on the source.
final class Container {
    /// So much must be here already for another packet to be read ahead; most are smaller.
    private static let peekByteCount: Int64 = 128 << 10

    let limits: MediaLimits
    let input: AVInput
    let context: UnsafeMutablePointer<AVFormatContext>
    /// libavformat's name of the container; one demuxer may have several, with commas between them.
    let format: String
    private let held = HeldPackets()

    /// Opens what the cache holds.
    ///
    /// - Throws: reject with words for a person, where it is not media, cut short, damaged or over a limit; what the
    ///   source throws.
    init(_ cache: BlockCache, _ limits: MediaLimits) throws(Fault) {
        self.limits = limits
        guard cache.byteCount > 0 else { throw .reject("media.open", "the file is empty") }
        av_log_set_level(AV_LOG_QUIET)
        av_max_alloc(limits.allocationByteCount)
        input = try AVInput(cache, limits)
        let demuxer = try Self.recognize(input)
        format = String(cString: demuxer.pointee.name)
        context = try Self.open(input, demuxer, limits)
        try checkStreamCount()
        try findStreams()
    }

    deinit {
        var context: UnsafeMutablePointer<AVFormatContext>? = context
        avformat_close_input(&context)
    }

    var streams: UnsafeBufferPointer<UnsafeMutablePointer<AVStream>?> {
        UnsafeBufferPointer(start: context.pointee.streams, count: Int(context.pointee.nb_streams))
    }

    /// Reads the next packet into `packet`, which is emptied first.
    ///
    /// - Returns: 0, or libav's error code; its end-of-file code behind the last packet.
    /// - Throws: what the source throws; retry, where the task was cancelled.
    func read(_ packet: UnsafeMutablePointer<AVPacket>) throws(Fault) -> Int32 {
        av_packet_unref(packet)
        input.beginStreaming()
        if held.pop(packet) { return 0 }
        return try readOn(packet)
    }

    /// Reads packets ahead of the first pass, which gets them as if nobody had looked: as long as they are here already.
    ///
    /// - Returns: the packets, in their order.
    /// - Throws: as ``read(_:)``.
    func peek() throws(Fault) -> HeldPackets {
        guard held.isEmpty else { return held }
        while !held.isFull {
            guard let packet = held.push() else { throw .retry("media.read", underlying: OutOfMemory()) }
            guard try readOn(packet) >= 0 else {
                held.dropLast()
                break
            }
            let position = avio_seek(input.context, 0, SEEK_CUR)
            guard input.cache.holds(position..<position + Self.peekByteCount) else { break }
        }
        return held
    }

    private func readOn(_ packet: UnsafeMutablePointer<AVPacket>) throws(Fault) -> Int32 {
        let code = av_read_frame(context, packet)
        if let fault = input.fault { throw fault }
        if code == clibav_error_exit() { throw .retry("media.read", underlying: CancellationError()) }
        return code
    }

    private static func recognize(_ input: AVInput) throws(Fault) -> UnsafePointer<AVInputFormat> {
        var demuxer: UnsafePointer<AVInputFormat>?
        let score = av_probe_input_buffer2(input.context, &demuxer, "", nil, 0, 0)
        if let fault = input.fault { throw fault }
        guard score >= 0, let demuxer, ContainerFormat.isKnown(String(cString: demuxer.pointee.name)) else {
            throw .reject("media.open", "not a media file that is known here")
        }
        return demuxer
    }

    private static func open(
        _ input: AVInput,
        _ demuxer: UnsafePointer<AVInputFormat>,
        _ limits: MediaLimits
    ) throws(Fault) -> UnsafeMutablePointer<AVFormatContext> {
        guard var context = avformat_alloc_context() else { throw .retry("media.open", underlying: OutOfMemory()) }
        context.pointee.pb = input.context
        context.pointee.probesize = Int64(limits.probeByteCount)
        context.pointee.max_analyze_duration = limits.probeDuration.components.seconds * 1_000_000
        context.pointee.interrupt_callback.opaque = Unmanaged.passUnretained(input).toOpaque()
        context.pointee.interrupt_callback.callback = { AVInput.from($0).isOver ? 1 : 0 }
        // A container that names other files or addresses gets none of them.
        context.pointee.io_open = { _, _, _, _, _ in clibav_error_access() }
        var options: OpaquePointer?
        av_dict_set(&options, "protocol_whitelist", "none", 0)
        defer { av_dict_free(&options) }
        var opened: UnsafeMutablePointer<AVFormatContext>? = context
        let code = avformat_open_input(&opened, nil, demuxer, &options)
        guard code >= 0, let opened else {
            let format = String(cString: demuxer.pointee.name)
            if input.fault == nil, ContainerFormat.names(format).contains("mov") {
                let isPicture = try UnreadPicture.name(input.cache) != nil
                if let missing = try MovieBoxes(input.cache).missingPart(needsIndex: !isPicture) {
                    throw .reject("media.open", "the file is cut short: \(missing)")
                }
                try UnreadPicture.refuse(input.cache)
            }
            throw failure(code, input, format, "header")
        }
        context = opened
        return context
    }

    /// Holds the streams to their limit.
    ///
    /// - Throws: reject, with the numbers.
    func checkStreamCount() throws(Fault) {
        guard streams.count > limits.streamCount else { return }
        throw .reject("media.probe", "the file has \(streams.count) streams; at most \(limits.streamCount) are read")
    }

    private func findStreams() throws(Fault) {
        var options = [OpaquePointer?](repeating: nil, count: Int(context.pointee.nb_streams))
        for index in options.indices {
            av_dict_set(&options[index], "threads", "1", 0)
            if ContainerFormat.sizedByDecoding.contains(format) {
                av_dict_set(&options[index], "max_pixels", "\(limits.pixelCount)", 0)
            }
        }
        let code = avformat_find_stream_info(context, &options)
        for index in options.indices { av_dict_free(&options[index]) }
        if code < 0 || input.fault != nil { throw Self.failure(code, input, format, "stream header") }
        if Task.isCancelled { throw .retry("media.open", underlying: CancellationError()) }
    }

    private static func failure(_ code: Int32, _ input: AVInput, _ format: String, _ part: String) -> Fault {
        if let fault = input.fault { return fault }
        if code == clibav_error_exit() { return .retry("media.open", underlying: CancellationError()) }
        // "Cannot allocate memory" is damage too: a size in the file that is wrong and far too large.
        guard input.readPastEnd else {
            return .reject("media.open", "the \(format) container has a damaged \(part): \(AVError(code: code))")
        }
        return .reject("media.open", "the file is cut short: it ends within the \(part) of the \(format) container")
    }
}
