import Pipeline

/// Models of a revision that nothing in the record was embedded by.
struct RevisedModelClient: ModelClient {
    func embed(_ texts: [String]) async throws(Fault) -> ModelAnswer<[[Float]]> {
        let answer = MemoryModelClient().embed(texts)
        let model = ModelVersion(name: answer.model.name, revision: "revised")
        return ModelAnswer(output: answer.output, model: model, units: answer.units)
    }

    func transcribe(_ samples: [Float]) async throws(Fault) -> ModelAnswer<[TimedWord]> {
        throw .retry("revised.transcribe")
    }

    func readText(in picture: RGBImage) async throws(Fault) -> ModelAnswer<[TextLine]> {
        throw .retry("revised.readText")
    }
}
