/// What each of 64 places along one side of a picture takes from the pixels: a tent over two places' width.
///
/// The same as the two box filters of PDQ (Jarosz, "Fast Image Convolutions", 2001), but around the places' exact
/// middles, so that a picture that was scaled gives nearly the same 64 values.
struct ResampleWeights {
    static let placeCount = 64

    /// The first pixel of every place.
    let first: [Int]
    /// How many pixels every place takes; the shorter ones end in zeros.
    let tapCount: Int
    /// `tapCount` weights for every place; their sum is one.
    let weights: [Float]

    /// - Parameters:
    ///   - pixelCount: of the side, at least 1.
    ///   - start: where the window begins, in pixels from the first one's edge.
    ///   - extent: how many pixels it covers; the first and the last may be covered in part.
    init(pixelCount: Int, from start: Double, extent: Double) {
        let step = extent / Double(Self.placeCount)
        let reach = max(step, 1)
        let tapCount = min(2 * Int(reach) + 2, pixelCount)
        var first = [Int](repeating: 0, count: Self.placeCount)
        var weights = [Float](repeating: 0, count: Self.placeCount * tapCount)
        for place in 0..<Self.placeCount {
            let middle = min(max(start + (Double(place) + 0.5) * step - 0.5, 0), Double(pixelCount - 1))
            let begin = min(max(Int((middle - reach).rounded(.down)) + 1, 0), pixelCount - tapCount)
            first[place] = begin
            var sum = 0.0
            for tap in 0..<tapCount { sum += max(1 - abs(Double(begin + tap) - middle) / reach, 0) }
            for tap in 0..<tapCount {
                let weight = max(1 - abs(Double(begin + tap) - middle) / reach, 0) / sum
                weights[place * tapCount + tap] = Float(weight)
            }
        }
        self.first = first
        self.tapCount = tapCount
        self.weights = weights
    }
}
