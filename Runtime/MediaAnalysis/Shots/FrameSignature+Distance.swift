extension FrameSignature {
    /// A block whose evened-out values differ less than this, squared and summed, is not searched for.
    private static let stillBlock: Float = 0.05 * Float(blockWidth * blockHeight)

    /// How different two pictures are, whatever their brightness: 0 the same, about 1 unrelated.
    func distance(to other: FrameSignature) -> Float {
        sum(to: other, isMoving: false) / Float(2 * Self.count)
    }

    /// The same after each block was taken from where the other fits best, so that neither a camera nor objects that
    /// move count.
    func movedDistance(from other: FrameSignature) -> Float {
        other.sum(to: self, isMoving: true) / Float(2 * Self.count)
    }

    private func sum(to other: FrameSignature, isMoving: Bool) -> Float {
        padded.withUnsafeBufferPointer { mine in
            other.padded.withUnsafeBufferPointer { theirs in
                guard let mine = mine.baseAddress, let theirs = theirs.baseAddress else { return 0 }
                var sum: Float = 0
                for top in stride(from: 0, to: Self.height, by: Self.blockHeight) {
                    for left in stride(from: 0, to: Self.width, by: Self.blockWidth) {
                        let target = theirs + (top + Self.reach) * Self.rowStride + left + Self.reach
                        sum += Self.block(mine + top * Self.rowStride + left, target, isMoving: isMoving)
                    }
                }
                return sum
            }
        }
    }

    /// The least difference of a block to those around its place; `window` is where the search begins.
    private static func block(
        _ window: UnsafePointer<Float>,
        _ target: UnsafePointer<Float>,
        isMoving: Bool
    ) -> Float {
        var best = difference(window + reach * rowStride + reach, target)
        guard isMoving, best > stillBlock else { return best }
        for y in 0...2 * reach {
            for x in 0...2 * reach { best = min(best, difference(window + y * rowStride + x, target)) }
        }
        return best
    }

    @inline(__always)
    private static func difference(_ one: UnsafePointer<Float>, _ other: UnsafePointer<Float>) -> Float {
        var sum = SIMD8<Float>.zero
        for row in 0..<blockHeight {
            let left = UnsafeRawPointer(one + row * rowStride).loadUnaligned(as: SIMD8<Float>.self)
            let right = UnsafeRawPointer(other + row * rowStride).loadUnaligned(as: SIMD8<Float>.self)
            let difference = left - right
            sum += difference * difference
        }
        return sum.sum()
    }
}
