import COpenBLAS
import Glibc
import Pipeline

/// One transformer layer of BERT: self-attention, then the feed-forward network, each with its residual.
struct EncoderLayer {
    private let query: LinearLayer
    private let key: LinearLayer
    private let value: LinearLayer
    private let attentionOutput: LinearLayer
    private let attentionNormalization: LayerNormalization
    private let intermediate: LinearLayer
    private let output: LinearLayer
    private let outputNormalization: LayerNormalization
    private let headCount: Int
    private let headSize: Int

    /// Finds the layer's weights.
    ///
    /// - Throws: reject, where one is missing or of another shape.
    init(_ index: Int, weights: SafeTensors, configuration: EncoderConfiguration) throws(Fault) {
        let prefix = "encoder.layer.\(index)"
        let size = configuration.hiddenSize
        let wide = configuration.intermediateSize
        let epsilon = configuration.epsilon
        query = try weights.linear("\(prefix).attention.self.query", from: size, to: size)
        key = try weights.linear("\(prefix).attention.self.key", from: size, to: size)
        value = try weights.linear("\(prefix).attention.self.value", from: size, to: size)
        attentionOutput = try weights.linear("\(prefix).attention.output.dense", from: size, to: size)
        attentionNormalization = try weights.normalization(
            "\(prefix).attention.output.LayerNorm",
            size: size,
            epsilon: epsilon
        )
        intermediate = try weights.linear("\(prefix).intermediate.dense", from: size, to: wide)
        output = try weights.linear("\(prefix).output.dense", from: wide, to: size)
        outputNormalization = try weights.normalization("\(prefix).output.LayerNorm", size: size, epsilon: epsilon)
        headCount = configuration.headCount
        headSize = configuration.headSize
    }

    /// Computes the layer in place.
    ///
    /// - Parameters:
    ///   - scratch: holds the sequences' rows one after another in `hidden`, without padding.
    ///   - lengths: the number of rows of each sequence.
    func apply(_ scratch: EncoderScratch, lengths: [Int]) {
        let rowCount = lengths.reduce(0, +)
        query.apply(scratch.hidden, rowCount: rowCount, to: scratch.query)
        key.apply(scratch.hidden, rowCount: rowCount, to: scratch.key)
        value.apply(scratch.hidden, rowCount: rowCount, to: scratch.value)
        var start = 0
        for length in lengths {
            for head in 0..<headCount {
                attend(scratch, at: start * query.outputSize + head * headSize, length: length)
            }
            start += length
        }
        // The attention's dense layer may overwrite the queries: they are used up.
        attentionOutput.apply(scratch.context, rowCount: rowCount, to: scratch.query)
        attentionNormalization.apply(scratch.query, rowCount: rowCount, adding: scratch.hidden)
        intermediate.apply(scratch.query, rowCount: rowCount, to: scratch.intermediate)
        activate(scratch.intermediate, count: rowCount * intermediate.outputSize)
        output.apply(scratch.intermediate, rowCount: rowCount, to: scratch.hidden)
        outputNormalization.apply(scratch.hidden, rowCount: rowCount, adding: scratch.query)
    }

    /// Scaled dot-product attention of one head over one sequence.
    private func attend(_ scratch: EncoderScratch, at offset: Int, length: Int) {
        let rows = blasint(length)
        let columns = blasint(headSize)
        let stride = blasint(query.outputSize)
        cblas_sgemm(
            CblasRowMajor,
            CblasNoTrans,
            CblasTrans,
            rows,
            rows,
            columns,
            1 / Float(headSize).squareRoot(),
            scratch.query + offset,
            stride,
            scratch.key + offset,
            stride,
            0,
            scratch.scores,
            rows
        )
        for row in 0..<length {
            softmax(scratch.scores + row * length, count: length)
        }
        cblas_sgemm(
            CblasRowMajor,
            CblasNoTrans,
            CblasNoTrans,
            rows,
            columns,
            rows,
            1,
            scratch.scores,
            rows,
            scratch.value + offset,
            stride,
            0,
            scratch.context + offset,
            stride
        )
    }

    private func softmax(_ values: UnsafeMutablePointer<Float>, count: Int) {
        var highest = values[0]
        for index in 1..<count { highest = max(highest, values[index]) }
        var sum: Float = 0
        for index in 0..<count {
            values[index] = expf(values[index] - highest)
            sum += values[index]
        }
        let scale = 1 / sum
        for index in 0..<count { values[index] *= scale }
    }

    /// GELU in its exact form, by the error function.
    private func activate(_ values: UnsafeMutablePointer<Float>, count: Int) {
        let scale = Float(0.5).squareRoot()
        for index in 0..<count {
            values[index] = 0.5 * values[index] * (1 + erff(values[index] * scale))
        }
    }
}
