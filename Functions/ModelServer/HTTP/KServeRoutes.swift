import FoundationEssentials
import Hummingbird
import Logging

/// The endpoints of the Open Inference Protocol, version 2, as Triton serves them.
struct KServeRoutes: Sendable {
    static let version = "1"
    static let inputName = "image"
    static let outputName = "lines"

    let models: Models
    let bodies: ByteBudget
    let logger: Logger

    func add(to router: Router<BasicRequestContext>) {
        router.get("/health") { _, _ in health(models.isReady) }
        router.get("/v2/health/live") { _, _ in health(true) }
        router.get("/v2/health/ready") { _, _ in health(models.isReady) }
        router.get("/v2") { _, _ in Response.json(ServerMetadata()) }
        for path in ["/v2/models/ocr", "/v2/models/ocr/versions/\(Self.version)"] {
            router.get("\(path)") { _, _ in Response.json(ModelMetadata()) }
            router.get("\(path)/ready") { _, _ in health(models.ocr.isReady) }
            router.post("\(path)/infer") { request, _ in
                await Work.answer(request, .kServe, bodies, logger: logger, infer)
            }
        }
        router.get("/v2/models/:name") { _, context in unknown(context) }
        router.get("/v2/models/:name/ready") { _, context in unknown(context) }
        router.post("/v2/models/:name/infer") { _, context in unknown(context) }
    }

    private func infer(_ work: Work) async throws -> Response {
        let request = try InferenceRequest(work)
        let (shape, bytes) = try request.bytes(Self.inputName)
        guard shape.count == 3, shape[2] == 3 else {
            throw ServingError.invalid("input \(Self.inputName) has shape \(shape), not [height, width, 3]")
        }
        let isBinary = try request.wantsBinary(Self.outputName)
        let picture = try Picture(width: shape[1], height: shape[0], pixels: bytes)
        let lines = try await models.ocr.run(deadline: work.deadline) { try $0.read(picture) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let texts = try lines.map { String(decoding: try encoder.encode(RecognizedLine($0)), as: UTF8.self) }
        return try InferenceResponse.response(
            id: request.id,
            output: Self.outputName,
            texts: texts,
            isBinary: isBinary
        )
    }

    private func health(_ isGood: Bool) -> Response {
        .json(Health(status: isGood ? "ok" : "loading"), status: isGood ? 200 : 503)
    }

    private func unknown(_ context: BasicRequestContext) -> Response {
        let name = context.parameters.get("name") ?? ""
        return ErrorShape.kServe.response(.notFound("the model \(name) is not here; this protocol has ocr"))
    }
}

private struct Health: Encodable {
    let status: String
}

private struct ServerMetadata: Encodable {
    let name = "media-modelserver"
    let version = KServeRoutes.version
    let extensions = ["binary_tensor_data"]
}

private struct ModelMetadata: Encodable {
    struct Tensor: Encodable {
        let name: String
        let datatype: String
        let shape: [Int]
    }

    let name = Models.ocrName
    let versions = [KServeRoutes.version]
    let platform = "tesseract"
    let inputs = [Tensor(name: KServeRoutes.inputName, datatype: "UINT8", shape: [-1, -1, 3])]
    let outputs = [Tensor(name: KServeRoutes.outputName, datatype: "BYTES", shape: [-1])]
}
