/// How a model server is spoken to.
package enum ModelWireProtocol: String, Sendable, Decodable {
    /// As vLLM, TEI, Infinity and OpenAI itself: texts and sound.
    case openAI = "openai"
    /// The Open Inference Protocol, version 2, as Triton and MLServer: pictures.
    case kServe = "kserve"

    func serves(_ task: ModelTask) -> Bool {
        switch task {
        case .embed, .transcribe: self == .openAI
        case .readText: self == .kServe
        }
    }
}
