/// How well a picture is a mixture of one before and one after it, block by block.
///
/// In a dissolve every block is a blend of both, in a wipe every block is one or the other; a picture of something that
/// moves is neither. Each block has a share of its own, found by least squares.
struct FrameMixture {
    /// What is left of the picture, against how far the two are apart: 0 a mixture, about 0.75 three unrelated pictures.
    let residual: Float
    /// The share of the later picture, 0 to 1, over all.
    let share: Float
    /// Root of the mean square of the two pictures' difference, 0 to 255.
    let contrast: Float

    init(_ picture: FrameSignature, between before: FrameSignature, and after: FrameSignature) {
        var left: Float = 0
        var apart: Float = 0
        var later: Float = 0
        picture.values.withUnsafeBufferPointer { picture in
            before.values.withUnsafeBufferPointer { before in
                after.values.withUnsafeBufferPointer { after in
                    for top in stride(from: 0, to: FrameSignature.height, by: FrameSignature.blockHeight) {
                        for column in stride(from: 0, to: FrameSignature.width, by: FrameSignature.blockWidth) {
                            let first = top * FrameSignature.width + column
                            let sums = Self.sums(picture, before, after, first)
                            let share = min(max(sums.cross / max(sums.apart, 1), 0), 1)
                            left += sums.here - 2 * share * sums.cross + share * share * sums.apart
                            apart += sums.apart
                            later += share * sums.apart
                        }
                    }
                }
            }
        }
        residual = left / max(apart, 1)
        share = later / max(apart, 1)
        contrast = (apart / Float(FrameSignature.count)).squareRoot()
    }

    @inline(__always)
    private static func sums(
        _ picture: UnsafeBufferPointer<Float>,
        _ before: UnsafeBufferPointer<Float>,
        _ after: UnsafeBufferPointer<Float>,
        _ first: Int
    ) -> (here: Float, cross: Float, apart: Float) {
        var (here, cross, apart) = (SIMD8<Float>.zero, SIMD8<Float>.zero, SIMD8<Float>.zero)
        for row in 0..<FrameSignature.blockHeight {
            let place = (first + row * FrameSignature.width) * MemoryLayout<Float>.size
            let start = UnsafeRawBufferPointer(before).loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
            let passed = UnsafeRawBufferPointer(picture).loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
            let end = UnsafeRawBufferPointer(after).loadUnaligned(fromByteOffset: place, as: SIMD8<Float>.self)
            let moved = passed - start
            let whole = end - start
            here += moved * moved
            cross += moved * whole
            apart += whole * whole
        }
        return (here.sum(), cross.sum(), apart.sum())
    }
}
