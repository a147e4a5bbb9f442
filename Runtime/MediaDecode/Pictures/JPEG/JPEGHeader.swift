/// What a JPEG says before its first scan that tells brightness.
struct JPEGHeader {
    /// Application segments of a JPEG that has been edited often; more is hostile.
    private static let segmentCount = 4096

    let frame: JPEGFrame
    let scan: JPEGScan
    /// Where the scan's coded data begins.
    let dataPosition: Int
    let dcCodes: [JPEGCode?]
    let acCodes: [JPEGCode?]
    /// 64 steps, in the order of the file.
    let lumaQuantizer: [Int]
    /// MCUs from one restart marker to the next; 0 where there is none.
    let restartInterval: Int
    let orientation: Orientation

    /// Reads as far as the scan; nil where the file is damaged, or of a kind that is not read here.
    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        var reader = JPEGBytes(bytes, from: 0, to: bytes.count)
        guard reader.short() == 0xFFD8 else { return nil }
        var state = JPEGHeaderState()
        for _ in 0..<Self.segmentCount {
            guard let marker = reader.marker() else { return nil }
            if marker == 0xD8 || marker == 0x01 || (0xD0...0xD7).contains(marker) { continue }
            guard marker != 0xD9, let length = reader.short(), let segment = reader.part(length - 2) else { return nil }
            guard marker == 0xDA else {
                guard state.take(marker, segment) else { return nil }
                continue
            }
            guard let frame = state.frame, let scan = JPEGScan(segment, frame) else { return nil }
            guard scan.hasLumaMeans else { continue }
            guard let quantizer = state.quantizers[frame.components[0].quantizer] else { return nil }
            if frame.components.count == 3, state.adobeTransform == 0 { return nil }
            self.frame = frame
            self.scan = scan
            dataPosition = reader.position
            dcCodes = state.dcCodes
            acCodes = state.acCodes
            lumaQuantizer = quantizer
            restartInterval = state.restartInterval
            orientation = state.orientation ?? Orientation(clockwiseDegrees: 0)
            return
        }
        return nil
    }
}
