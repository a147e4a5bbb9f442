internal import Glibc

/// How large the picture is made of a block's lowest frequencies: 1, 2, 4 or 8 pixels along a side of 8.
///
/// Every pixel is the mean of those it stands for, as far as the frequencies that are used tell it.
struct JPEGReduction {
    /// Pixels along a block's side.
    let side: Int
    /// The last of the file's coefficients that is used.
    let lastCoefficient: Int
    /// For every pixel along a side, the share of every frequency: `side * side` values.
    let shares: [Float]

    /// The row and column of every coefficient in the file's order (ITU-T T.81, figure A.6), as `8 * row + column`.
    static let order: [Int] = {
        var order: [Int] = []
        for diagonal in 0..<15 {
            let rows = max(0, diagonal - 7)...min(diagonal, 7)
            for row in diagonal % 2 == 0 ? rows.reversed() : Array(rows) { order.append(8 * row + diagonal - row) }
        }
        return order
    }()

    static let all = [1, 2, 4, 8].map(JPEGReduction.init(side:))

    private init(side: Int) {
        self.side = side
        lastCoefficient = (Self.order.lastIndex { $0 / 8 < side && $0 % 8 < side }) ?? 0
        let count = 8 / side
        shares = (0..<side).flatMap { pixel in
            (0..<side).map { frequency in
                let sum = (0..<count).reduce(0.0) {
                    $0 + cos(.pi / 16 * Double((2 * (pixel * count + $1) + 1) * frequency))
                }
                // T.81, A.3.3: an eighth of the coefficient is the mean; the others weigh the root of two more a side.
                return Float(sum / Double(count) * (frequency == 0 ? 1 : 2.0.squareRoot()))
            }
        }
    }
}

extension JPEGReduction {
    /// Makes a block's pixels of its coefficients.
    ///
    /// - Parameters:
    ///   - coefficients: 64, at their places; eight times the mean, counted from the middle of the range, comes first.
    ///   - target: the block's first pixel.
    ///   - stride: from a pixel to the one below it.
    func transform(_ coefficients: [Float], into target: UnsafeMutablePointer<UInt8>, _ stride: Int) {
        for row in 0..<side {
            for column in 0..<side {
                var sum: Float = 0
                for vertical in 0..<side {
                    var line: Float = 0
                    for horizontal in 0..<side {
                        line += coefficients[8 * vertical + horizontal] * shares[column * side + horizontal]
                    }
                    sum += line * shares[row * side + vertical]
                }
                let value = Int((sum / 8 + 128.5).rounded(.down))
                target[row * stride + column] = UInt8(truncatingIfNeeded: min(max(value, 0), 255))
            }
        }
    }
}
