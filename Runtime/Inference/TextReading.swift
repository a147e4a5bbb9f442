internal import Cloud
internal import FoundationEssentials
internal import Pipeline

/// `POST /v2/models/<name>/infer` of a model that takes `image`, [height, width, 3] bytes, and gives `lines`, one JSON
/// object each; tensors go as bytes behind the JSON (the binary tensor data extension).
struct TextReading: Sendable {
    private static let lengthHeader = "Inference-Header-Content-Length"
    private static let output = "lines"

    private let caller: ModelCaller

    init(_ caller: ModelCaller) { self.caller = caller }

    func read(_ picture: RGBImage) async throws(Fault) -> ModelAnswer<[TextLine]> {
        let header = Array(
            """
            {"inputs":[{"name":"image","datatype":"UINT8","shape":[\(picture.height),\(picture.width),3],\
            "parameters":{"binary_data_size":\(picture.pixels.count)}}],\
            "outputs":[{"name":"\(Self.output)","parameters":{"binary_data":true}}]}
            """.utf8
        )
        let (headers, body) = try await caller.post(
            "/v2/models/\(caller.model.name)/infer",
            ["Content-Type": "application/octet-stream", Self.lengthHeader: String(header.count)],
            header + picture.pixels
        )
        let length = headers[Self.lengthHeader].flatMap { Int($0) } ?? body.count
        guard 0...body.count ~= length else { throw caller.unreadable() }
        do {
            let answer = try JSONDecoder().decode(Answer.self, from: Data(body[..<length]))
            let lines = try texts(answer, Array(body[length...])).map { text in
                try JSONDecoder().decode(RecognizedLine.self, from: Data(text)).line
            }
            return ModelAnswer(output: lines, model: caller.model.version, units: 1)
        } catch let fault as Fault {
            throw fault
        } catch {
            throw caller.unreadable(error)
        }
    }

    /// The elements of the output: in the JSON, or behind it, each after its length in four bytes, little-endian.
    private func texts(_ answer: Answer, _ binary: [UInt8]) throws(Fault) -> [[UInt8]] {
        var rest = binary[...]
        for output in answer.outputs {
            let isWanted = output.name == Self.output
            if isWanted, let data = output.data { return data.map { Array($0.utf8) } }
            let size = output.parameters?.byteCount ?? 0
            guard 0...rest.count ~= size else { throw caller.unreadable() }
            if isWanted { return try elements(rest.prefix(size)) }
            rest = rest.dropFirst(size)
        }
        throw caller.unreadable()
    }

    private func elements(_ bytes: ArraySlice<UInt8>) throws(Fault) -> [[UInt8]] {
        var rest = bytes
        var elements: [[UInt8]] = []
        while !rest.isEmpty {
            let count = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            guard rest.count >= 4 + count else { throw caller.unreadable() }
            elements.append(Array(rest.dropFirst(4).prefix(count)))
            rest = rest.dropFirst(4 + count)
        }
        return elements
    }

    private struct Answer: Decodable {
        struct Output: Decodable {
            struct Parameters: Decodable {
                enum CodingKeys: String, CodingKey { case byteCount = "binary_data_size" }
                let byteCount: Int?
            }
            let name: String
            let data: [String]?
            let parameters: Parameters?
        }
        let outputs: [Output]
    }
}
