package import Pipeline

/// Reads pictures' brightness for fingerprints: a JPEG's without decoding it in full, the others' without colour.
package enum PictureLumaReader {
    /// A larger file is no picture that is read at once.
    private static let byteCount: Int64 = 256 << 20
    /// Of kinds that are decoded to colour first.
    private static let decodedSide = 512

    /// Reads a file that is in memory: JPEG, PNG or WebP. The calling thread decodes; never on the cooperative pool.
    ///
    /// - Parameters:
    ///   - bytes: the file.
    ///   - limits: what it may ask of this process.
    /// - Returns: nil where it is of another kind, or damaged.
    /// - Throws: reject, where its pixels can't be converted; retry, where there is no memory.
    package static func read(
        _ bytes: UnsafeBufferPointer<UInt8>,
        limits: MediaLimits = MediaLimits()
    ) throws(Fault) -> PictureLuma? {
        if let luma = JPEGLuma.read(bytes, limits: limits) { return luma }
        return try StillDecoder.luma(bytes, limits)
    }

    /// Reads a picture of any kind.
    ///
    /// - Parameters:
    ///   - source: the file's bytes.
    ///   - limits: what it may ask of this process.
    /// - Returns: its brightness.
    /// - Throws: as ``PictureReader/decode(_:toFit:limits:)``.
    package static func read(
        _ source: any ByteSource,
        limits: MediaLimits = MediaLimits()
    ) async throws(Fault) -> PictureLuma {
        if source.byteCount <= byteCount {
            let bytes = try await source.read(at: 0, count: Int(source.byteCount))
            if let luma = try await PictureWorker().luma(bytes, limits) { return luma }
        }
        let image = try await PictureReader.decode(source, toFit: decodedSide, limits: limits).image
        let luma = LumaImage(image)
        return PictureLuma(luma, (Double(luma.width), Double(luma.height)), Orientation(clockwiseDegrees: 0))
    }
}

/// Decodes on a thread that may block.
private actor PictureWorker {
    private let executor = DecodeExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    func luma(_ bytes: [UInt8], _ limits: MediaLimits) throws(Fault) -> PictureLuma? {
        try bytes.withUnsafeBufferPointer { bytes throws(Fault) in
            try PictureLumaReader.read(bytes, limits: limits)
        }
    }
}
