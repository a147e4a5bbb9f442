import FoundationEssentials
import HTTPTypes
import Hummingbird

/// The answer of a KServe v2 `infer` with one output of texts.
struct InferenceResponse: Encodable {
    struct Output: Encodable {
        struct Parameters: Encodable {
            let binary_data_size: Int
        }

        let name: String
        let datatype = "BYTES"
        let shape: [Int]
        let data: [String]?
        let parameters: Parameters?
    }

    let id: String?
    let model_name = Models.ocrName
    let model_version = KServeRoutes.version
    let outputs: [Output]

    /// Writes the output into the JSON, or after it as bytes: each text after its length in four bytes, little-endian.
    static func response(id: String?, output: String, texts: [String], isBinary: Bool) throws -> Response {
        guard isBinary, let lengthName = HTTPField.Name(InferenceRequest.headerLengthHeader) else {
            let output = Output(name: output, shape: [texts.count], data: texts, parameters: nil)
            return .json(InferenceResponse(id: id, outputs: [output]))
        }
        var binary = Data()
        for text in texts {
            withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian) { binary.append(contentsOf: $0) }
            binary.append(contentsOf: text.utf8)
        }
        let output = Output(
            name: output,
            shape: [texts.count],
            data: nil,
            parameters: .init(binary_data_size: binary.count)
        )
        let json = try JSONEncoder().encode(InferenceResponse(id: id, outputs: [output]))
        var response = Response(body: json + binary, contentType: "application/octet-stream")
        response.headers[lengthName] = String(json.count)
        return response
    }
}
