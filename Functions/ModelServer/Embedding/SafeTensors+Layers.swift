import Pipeline

extension SafeTensors {
    func linear(_ name: String, from inputSize: Int, to outputSize: Int) throws(Fault) -> LinearLayer {
        LinearLayer(
            weight: try floats("\(name).weight", shape: [outputSize, inputSize]),
            bias: try floats("\(name).bias", shape: [outputSize]),
            inputSize: inputSize,
            outputSize: outputSize
        )
    }

    func normalization(_ name: String, size: Int, epsilon: Float) throws(Fault) -> LayerNormalization {
        LayerNormalization(
            weight: try floats("\(name).weight", shape: [size]),
            bias: try floats("\(name).bias", shape: [size]),
            size: size,
            epsilon: epsilon
        )
    }
}
