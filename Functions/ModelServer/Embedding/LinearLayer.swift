import COpenBLAS

/// `output = input * transposed weight + bias`, on rows.
struct LinearLayer {
    /// `outputSize` rows of `inputSize`.
    let weight: UnsafePointer<Float>
    let bias: UnsafePointer<Float>
    let inputSize: Int
    let outputSize: Int

    func apply(_ input: UnsafePointer<Float>, rowCount: Int, to output: UnsafeMutablePointer<Float>) {
        for row in 0..<rowCount {
            (output + row * outputSize).update(from: bias, count: outputSize)
        }
        cblas_sgemm(
            CblasRowMajor,
            CblasNoTrans,
            CblasTrans,
            blasint(rowCount),
            blasint(outputSize),
            blasint(inputSize),
            1,
            input,
            blasint(inputSize),
            weight,
            blasint(inputSize),
            1,
            output,
            blasint(outputSize)
        )
    }
}
