/// The models behind the stages, whoever serves them.
///
/// Every call throws throttled, where all servers are away or have no room; retry, where one began and did not end, or
/// answered wrongly; reject, where the input is not one it can take.
package protocol ModelClient: Sendable {
    /// Turns texts into vectors of length 1.
    ///
    /// - Returns: one vector per text, in their order.
    /// - Throws: see the protocol.
    func embed(_ texts: [String]) async throws(Fault) -> ModelAnswer<[[Float]]>

    /// Hears words in speech.
    ///
    /// - Parameter samples: mono, 16,000 per second, -1 to 1; at most 60 s.
    /// - Returns: the words in order; times count from the first sample.
    /// - Throws: see the protocol.
    func transcribe(_ samples: [Float]) async throws(Fault) -> ModelAnswer<[TimedWord]>

    /// Reads the text in a picture.
    ///
    /// - Returns: lines from top to bottom.
    /// - Throws: see the protocol.
    func readText(in picture: RGBImage) async throws(Fault) -> ModelAnswer<[TextLine]>
}

/// What a model said, which model it was, and what that took.
package struct ModelAnswer<Output: Sendable>: Sendable {
    package let output: Output
    package let model: ModelVersion
    /// Tokens, audio seconds or pictures.
    package let units: Double

    package init(output: Output, model: ModelVersion, units: Double) {
        self.output = output
        self.model = model
        self.units = units
    }
}
