/// Brings each row to mean 0 and variance 1, then scales and shifts it by what was learned.
struct LayerNormalization {
    let weight: UnsafePointer<Float>
    let bias: UnsafePointer<Float>
    let size: Int
    let epsilon: Float

    /// Normalises `values + residual` in place.
    func apply(_ values: UnsafeMutablePointer<Float>, rowCount: Int, adding residual: UnsafePointer<Float>) {
        for row in 0..<rowCount {
            let values = values + row * size
            let residual = residual + row * size
            var sum: Float = 0
            for column in 0..<size {
                values[column] += residual[column]
                sum += values[column]
            }
            let mean = sum / Float(size)
            var squares: Float = 0
            for column in 0..<size {
                values[column] -= mean
                squares += values[column] * values[column]
            }
            let scale = 1 / (squares / Float(size) + epsilon).squareRoot()
            for column in 0..<size {
                values[column] = values[column] * scale * weight[column] + bias[column]
            }
        }
    }
}
