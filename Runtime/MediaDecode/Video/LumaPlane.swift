import CLibAV
import Pipeline

/// Reads brightness straight from a frame's own luma plane, each pixel of the result the mean of a box of the plane's.
///
/// No colour is converted and nothing is filtered: a row is added to 16 or 32 bit column sums, which compilers turn into
/// vector code, and the full range is made of the limited one on the small result.
struct LumaPlane {
    /// So many 8 bit rows fit into 16 bit sums.
    private static let narrowRowCount = 257

    private let base: UnsafePointer<UInt8>
    private let strideByteCount: Int
    private let width: Int
    private let height: Int
    private let depth: Int
    /// Unused low bits, as in P010.
    private let shift: Int
    private let isFullRange: Bool

    /// Finds the luma plane of a frame, which must outlive this.
    ///
    /// - Returns: nil where the pixel format has none: RGB, packed or big-endian formats.
    init?(_ frame: UnsafeMutablePointer<AVFrame>) {
        let format = AVPixelFormat(frame.pointee.format)
        guard let descriptor = av_pix_fmt_desc_get(format), let base = frame.pointee.data.0 else { return nil }
        let other =
            UInt64(AV_PIX_FMT_FLAG_RGB) | UInt64(AV_PIX_FMT_FLAG_PAL) | UInt64(AV_PIX_FMT_FLAG_BITSTREAM)
            | UInt64(AV_PIX_FMT_FLAG_HWACCEL) | UInt64(AV_PIX_FMT_FLAG_BAYER) | UInt64(AV_PIX_FMT_FLAG_FLOAT)
            | UInt64(AV_PIX_FMT_FLAG_BE)
        let luma = descriptor.pointee.comp.0
        guard descriptor.pointee.flags & other == 0, luma.plane == 0, luma.offset == 0, luma.depth >= 8 else {
            return nil
        }
        guard Int(luma.step) == (luma.depth > 8 ? 2 : 1) else { return nil }
        self.base = UnsafePointer(base)
        strideByteCount = Int(frame.pointee.linesize.0)
        width = Int(frame.pointee.width)
        height = Int(frame.pointee.height)
        depth = Int(luma.depth)
        shift = Int(luma.shift)
        isFullRange = frame.pointee.isFullRange
    }

    /// Scales the plane down.
    ///
    /// - Precondition: the result is no larger than the plane.
    func scaled(_ targetWidth: Int, _ targetHeight: Int) -> [UInt8] {
        let columns = (0...targetWidth).map { $0 * width / targetWidth }
        let levels = levels()
        return [UInt8](unsafeUninitializedCapacity: targetWidth * targetHeight) { result, count in
            let isNarrow = depth == 8 && height / targetHeight < Self.narrowRowCount
            if depth > 8 {
                scale(UInt16.self, UInt32.self, columns, targetHeight, levels, result)
            } else if isNarrow {
                scale(UInt8.self, UInt16.self, columns, targetHeight, levels, result)
            } else {
                scale(UInt8.self, UInt32.self, columns, targetHeight, levels, result)
            }
            count = targetWidth * targetHeight
        }
    }

    @inline(__always)
    private func scale<Sample: FixedWidthInteger & UnsignedInteger, Sum: FixedWidthInteger & UnsignedInteger>(
        _: Sample.Type,
        _: Sum.Type,
        _ columns: [Int],
        _ targetHeight: Int,
        _ levels: [UInt8],
        _ result: UnsafeMutableBufferPointer<UInt8>
    ) {
        let targetWidth = columns.count - 1
        var next = 0
        withUnsafeTemporaryAllocation(of: Sum.self, capacity: width) { sums in
            guard let sums = sums.baseAddress else { return }
            for row in 0..<targetHeight {
                let first = row * height / targetHeight
                let last = (row + 1) * height / targetHeight
                add(Sample.self, rows: first..<last, to: sums)
                let drop = shift + depth - 8
                for column in 0..<targetWidth {
                    var sum = 0
                    for x in columns[column]..<columns[column + 1] { sum &+= Int(truncatingIfNeeded: sums[x]) }
                    let area = (columns[column + 1] - columns[column]) * (last - first)
                    let mean = ((sum + area / 2) / area) >> drop
                    result[next] = levels[mean & 0xFF]
                    next += 1
                }
            }
        }
    }

    @inline(__always)
    private func add<Sample: FixedWidthInteger & UnsignedInteger, Sum: FixedWidthInteger & UnsignedInteger>(
        _: Sample.Type,
        rows: Range<Int>,
        to sums: UnsafeMutablePointer<Sum>
    ) {
        for row in rows {
            let line = UnsafeRawPointer(base + row * strideByteCount).assumingMemoryBound(to: Sample.self)
            if row == rows.lowerBound {
                for x in 0..<width { sums[x] = Sum(truncatingIfNeeded: line[x]) }
            } else {
                for x in 0..<width { sums[x] &+= Sum(truncatingIfNeeded: line[x]) }
            }
        }
    }

    /// The full-range value of each 8 bit one; ITU-R BT.601 and BT.709 keep black at 16 and white at 235.
    private func levels() -> [UInt8] {
        guard !isFullRange else { return Array(0...255) }
        return (0..<256).map { (value: Int) -> UInt8 in
            let level = ((value - 16) * 510 + 219) / 438
            return UInt8(min(max(level, 0), 255))
        }
    }
}
