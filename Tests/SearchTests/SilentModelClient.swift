import Pipeline

/// Models that never answer.
struct SilentModelClient: ModelClient {
    func embed(_ texts: [String]) async throws(Fault) -> ModelAnswer<[[Float]]> {
        try? await Task.sleep(for: .seconds(60))
        throw .retry("silent.embed")
    }

    func transcribe(_ samples: [Float]) async throws(Fault) -> ModelAnswer<[TimedWord]> {
        throw .retry("silent.transcribe")
    }

    func readText(in picture: RGBImage) async throws(Fault) -> ModelAnswer<[TextLine]> {
        throw .retry("silent.readText")
    }
}
