package import MediaDecode

extension LumaImage {
    /// Mean absolute difference of neighbours in a row, 0 to 255: what blur takes away first.
    package var sharpness: Double {
        guard width > 1, height > 0 else { return 0 }
        var sum = 0
        pixels.withUnsafeBufferPointer { pixels in
            for row in 0..<height {
                let first = row * width
                for column in 1..<width {
                    sum &+= abs(Int(pixels[first &+ column]) &- Int(pixels[first &+ column &- 1]))
                }
            }
        }
        return Double(sum) / Double((width - 1) * height)
    }
}
