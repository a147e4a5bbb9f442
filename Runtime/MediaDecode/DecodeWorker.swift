import Pipeline

/// Holds a reader's libav state, on a thread that may block.
actor DecodeWorker {
    private let executor = DecodeExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let limits: MediaLimits
    private let cache: BlockCache
    /// Opened for the facts, and left to the first pass.
    private var unread: Container?
    private var videoPass: VideoPass?
    private var audioPass: AudioPass?

    init(_ source: any ByteSource, _ limits: MediaLimits) {
        self.limits = limits
        cache = BlockCache(source)
    }

    func open() throws(Fault) -> MediaFacts {
        let container = try Container(cache, limits)
        unread = container
        return try container.facts()
    }

    /// Begins to decode a video stream.
    ///
    /// - Throws: reject, where it is being decoded already, or can't be.
    func beginFrames(_ index: Int, _ options: FrameOptions) throws(Fault) {
        guard videoPass == nil else { throw .reject("media.frames", "the frames are being read already") }
        videoPass = try VideoPass(takeContainer(), index, options)
    }

    func nextFrame() throws(Fault) -> VideoFrame? { try videoPass?.next() }

    func endFrames() -> DecodeReport {
        defer { videoPass = nil }
        return videoPass?.report ?? DecodeReport()
    }

    /// Begins to decode a sound stream.
    ///
    /// - Throws: reject, where it is being decoded already, or can't be.
    func beginAudio(_ index: Int, keepsOriginal: Bool) throws(Fault) {
        guard audioPass == nil else { throw .reject("media.audio", "the sound is being read already") }
        audioPass = try AudioPass(takeContainer(), index, keepsOriginal: keepsOriginal)
    }

    func nextAudio() throws(Fault) -> AudioChunk? { try audioPass?.next() }

    func endAudio() -> DecodeReport {
        defer { audioPass = nil }
        return audioPass?.report ?? DecodeReport()
    }

    /// Decodes a stream's first frame as a picture, damaged or not.
    ///
    /// - Returns: nil where there is none.
    /// - Throws: as ``Container/picture(_:toFit:exif:isExact:)``.
    func picture(_ index: Int, toFit maxSide: Int?, exif: ExifFacts?) throws(Fault) -> Picture? {
        let container = try takeContainer()
        let isExact = container.needsExactness(index)
        let whole = try container.picture(index, toFit: maxSide, exif: exif, isExact: isExact)
        guard whole == nil, isExact else { return whole }
        var damaged = try takeContainer().picture(index, toFit: maxSide, exif: exif, isExact: false)
        damaged?.isDamaged = true
        return damaged
    }

    /// A container at its first packet: opening anew is surer than seeking back, and its header is in the cache.
    private func takeContainer() throws(Fault) -> Container {
        defer { unread = nil }
        if let unread { return unread }
        return try Container(cache, limits)
    }
}
