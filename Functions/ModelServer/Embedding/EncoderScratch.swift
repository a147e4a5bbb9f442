/// The memory of one pass through the encoder.
final class EncoderScratch {
    let hidden: UnsafeMutablePointer<Float>
    let query: UnsafeMutablePointer<Float>
    let key: UnsafeMutablePointer<Float>
    let value: UnsafeMutablePointer<Float>
    let context: UnsafeMutablePointer<Float>
    let intermediate: UnsafeMutablePointer<Float>
    /// One head's attention over one sequence.
    let scores: UnsafeMutablePointer<Float>

    private let memory: UnsafeMutablePointer<Float>

    init(rowCount: Int, configuration: EncoderConfiguration) {
        let narrow = rowCount * configuration.hiddenSize
        let wide = rowCount * configuration.intermediateSize
        let square = configuration.maximumTokenCount * configuration.maximumTokenCount
        memory = .allocate(capacity: 5 * narrow + wide + square)
        hidden = memory
        query = hidden + narrow
        key = query + narrow
        value = key + narrow
        context = value + narrow
        intermediate = context + narrow
        scores = intermediate + wide
    }

    deinit {
        memory.deallocate()
    }
}
