import FoundationEssentials
import Testing

@testable import ModelServer

@Suite struct ModelServerHTTPTests {
    private struct OpenAIError: Decodable {
        struct Body: Decodable {
            let message: String
            let type: String
        }
        let error: Body
    }

    private struct KServeError: Decodable {
        let error: String
    }

    private struct Embeddings<Vector: Decodable>: Decodable {
        struct Item: Decodable {
            let index: Int
            let embedding: Vector
        }
        struct Usage: Decodable {
            let prompt_tokens: Int
        }
        let data: [Item]
        let usage: Usage
    }

    private struct Transcript: Decodable {
        struct Word: Decodable {
            let word: String
            let start: Double
            let end: Double
        }
        let text: String
        let duration: Double
        let words: [Word]
    }

    private struct Inference: Decodable {
        struct Output: Decodable {
            struct Parameters: Decodable {
                let binary_data_size: Int
            }
            let name: String
            let datatype: String
            let shape: [Int]
            let data: [String]?
            let parameters: Parameters?
        }
        let id: String?
        let outputs: [Output]
    }

    private struct Line: Decodable {
        struct Word: Decodable {
            let text: String
            let box: [Double]
        }
        let text: String
        let box: [Double]
        let words: [Word]
    }

    @Test func theProtocolsAreServedAndTheProcessEndsCleanly() async throws {
        let server = try await RunningServer()
        try healthAndMetadata(server)
        try embeddings(server)
        try transcriptions(server)
        try inference(server)
        try hostileEmbeddings(server)
        try hostileTranscriptions(server)
        try hostileInference(server)
        try await bodiesThatDoNotCome(server)
        try await aBodyThatComesTooLate(server)
        #expect(try server.get("/v2/health/ready").status == 200, "it has withstood all of that")
        #expect(server.terminate() == 0)
    }

    @Test func aProcessThatCanNotServeEndsAtOnce() throws {
        #expect(try RunningServer.exitCode(["--help"], environment: []) == 0)
        #expect(try RunningServer.exitCode(["--port", "x"], environment: []) == 2)
        #expect(try RunningServer.exitCode([], environment: ["MEDIA_EMBEDDING_MODEL=/nowhere"]) == 1)
    }

    private func healthAndMetadata(_ server: RunningServer) throws {
        let paths = ["/health", "/v2/health/live", "/v2/health/ready", "/v2", "/v2/models/ocr", "/v2/models/ocr/ready"]
        for path in paths {
            #expect(try server.get(path).status == 200, "\(path)")
        }
        #expect(try server.get("/v2/models/none").status == 404)
        #expect(try server.get("/v1/models").text.contains("all-MiniLM-L6-v2"))
    }

    private func embeddings(_ server: RunningServer) throws {
        let reference = try #require(try Reference.all().first)
        let inputs = try String(decoding: JSONEncoder().encode([reference.text, "another"]), as: UTF8.self)
        let plain = try server.post("/v1/embeddings", #"{"input":\#(inputs)}"#.utf8)
        let floats = try plain.json(Embeddings<[Float]>.self)
        #expect(plain.status == 200)
        #expect(floats.data.map(\.index) == [0, 1])
        #expect(floats.usage.prompt_tokens == reference.tokens.count + 3)
        let vector = try #require(floats.data.first?.embedding)
        #expect(zip(vector, reference.vector).allSatisfy { abs($0 - $1) <= 1e-4 })
        let body = #"{"input":\#(inputs),"encoding_format":"base64","model":"all-MiniLM-L6-v2"}"#
        let coded = try server.post("/v1/embeddings", body.utf8).json(Embeddings<String>.self)
        let bytes = try #require(coded.data.first.flatMap { Data(base64Encoded: $0.embedding) })
        #expect(bytes == vector.withUnsafeBytes { Data($0) })
    }

    private func transcriptions(_ server: RunningServer) throws {
        let sound = try Command.speech(SpeechRecognizerTests.spoken)
        let words = ["response_format": "verbose_json", "timestamp_granularities[]": "word"]
        let transcript = try transcribe(server, sound, fields: words).json(Transcript.self)
        #expect(transcript.words.map(\.word).joined(separator: " ") == transcript.text)
        #expect(transcript.text.contains("quiet this morning"))
        #expect((4...5).contains(transcript.duration))
        #expect(transcript.words.allSatisfy { $0.start < $0.end && $0.end <= transcript.duration + 0.02 })
        let text = try transcribe(server, sound, fields: ["response_format": "text"])
        #expect(text.text == "\(transcript.text)\n")
        #expect(text.headers["content-type"]?.hasPrefix("text/plain") == true)
    }

    private func inference(_ server: RunningServer) throws {
        let text = "drawtext=\(TextReaderTests.font):text='Harbour':fontsize=48:fontcolor=white:x=40:y=30"
        let pixels = try Command.frame("color=navy:size=320x120,\(text)")
        let binary = try infer(server, shape: "[120,320,3]", pixels, output: #""binary_data":true"#)
        let length = try #require(binary.headers["inference-header-content-length"].flatMap(Int.init))
        let header = try JSONDecoder().decode(Inference.self, from: binary.body.prefix(length))
        let output = try #require(header.outputs.first)
        #expect(header.id == "42" && output.name == "lines" && output.datatype == "BYTES" && output.shape == [1])
        let bytes = Array(binary.body.dropFirst(length))
        #expect(output.parameters?.binary_data_size == bytes.count)
        #expect(bytes.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) } == bytes.count - 4)
        let line = try JSONDecoder().decode(Line.self, from: Data(bytes.dropFirst(4)))
        #expect(line.text == "Harbour" && line.words.map(\.text) == ["Harbour"])
        #expect(line.box.count == 4 && line.box == line.words.first?.box)
        let plain = try infer(server, shape: "[120,320,3]", pixels, output: "").json(Inference.self)
        #expect(plain.outputs.first?.data == [String(decoding: bytes.dropFirst(4), as: UTF8.self)])
        let rows = "[[[255,255,255],[255,255,255]],[[255,255,255],[255,255,255]]]"
        let body = #"{"inputs":[{"name":"image","datatype":"UINT8","shape":[2,2,3],"data":\#(rows)}]}"#
        #expect(try server.post("/v2/models/ocr/infer", body.utf8).json(Inference.self).outputs.first?.shape == [0])
    }

    private func hostileEmbeddings(_ server: RunningServer) throws {
        let many = "[\"a\"" + String(repeating: ",\"a\"", count: 256) + "]"
        let bodies = [
            "", "{", "[]", "{}", #"{"input":7}"#, #"{"input":[]}"#, #"{"input":["a",7]}"#, #"{"input":\#(many)}"#,
            #"{"input":"a","encoding_format":"hex"}"#, String(repeating: "[", count: 100_000),
        ]
        for body in bodies {
            try expectRefused(server.post("/v1/embeddings", body.utf8), 400, "\(body.prefix(40))")
        }
        try expectRefused(server.post("/v1/embeddings", #"{"input":"a"}"#.utf8, type: "text/plain"), 400, "type")
        try expectRefused(server.post("/v1/embeddings", #"{"input":"a","model":"other"}"#.utf8), 404, "model")
        let long = #"{"input":"\#(String(repeating: "a", count: Work.jsonByteLimit))"}"#
        try expectRefused(server.post("/v1/embeddings", long.utf8), 413, "long")
        let header = [Work.timeoutHeader: "soon"]
        try expectRefused(server.post("/v1/embeddings", #"{"input":"a"}"#.utf8, headers: header), 400, "timeout")
        let length = ["content-length": "999999999"]
        try expectRefused(server.post("/v1/embeddings", [], headers: length), 413, "too large")
    }

    private func hostileTranscriptions(_ server: RunningServer) throws {
        var sound = try Command.speech("One")
        try expectRefused(transcribe(server, sound, fields: ["response_format": "srt"]), 400, "format")
        try expectRefused(transcribe(server, sound, fields: ["model": "other"]), 404, "model")
        sound.replaceSubrange(40..<44, with: [0xFF, 0xFF, 0xFF, 0x7F])
        try expectRefused(transcribe(server, sound, fields: [:]), 400, "length")
        try expectRefused(transcribe(server, [], fields: [:]), 400, "empty")
        let path = "/v1/audio/transcriptions"
        try expectRefused(server.post(path, sound, type: "audio/wav"), 400, "type")
        for body in ["", "--x", "--x\r\n", "--x--", "--x\r\n\r\n\r\n--x--", "--y\r\n\r\n\r\n--y--"] {
            try expectRefused(server.post(path, body.utf8, type: "multipart/form-data; boundary=x"), 400, body)
        }
        try expectRefused(server.post(path, sound, type: "multipart/form-data"), 400, "no boundary")
    }

    private func hostileInference(_ server: RunningServer) throws {
        let pixels = [UInt8](repeating: 0, count: 12)
        let shapes = [
            "[0,0,3]", "[2,2]", "[2,2,4]", "[2,3,3]", "[-2,-2,3]", "[]", "[4611686018427387904,4,3]", "[1,4,3,1]",
            "[40000,1,3]",
        ]
        for shape in shapes {
            let answer = try infer(server, shape: shape, pixels, output: "")
            #expect(answer.status == 400, "\(shape)")
            #expect(try !answer.json(KServeError.self).error.isEmpty, "\(shape)")
        }
        let header = #"{"inputs":[{"name":"image","datatype":"UINT8","shape":[2,2,3],"parameters":"#
        for (json, length) in [
            ("\(header){\"binary_data_size\":13}}]}", nil), ("\(header){\"binary_data_size\":-1}}]}", nil),
            ("\(header){}}]}", nil), ("\(header){\"binary_data_size\":12}}]}", "99999"),
            ("\(header){\"binary_data_size\":12}}]}", "x"), ("{}", nil),
            (header.replacing("UINT8", with: "FP32") + #"{"binary_data_size":12}}]}"#, nil),
            (header.replacing("image", with: "other") + #"{"binary_data_size":12}}]}"#, nil),
        ] as [(String, String?)] {
            let headers = [InferenceRequest.headerLengthHeader: length ?? String(json.utf8.count)]
            let answer = try server.post("/v2/models/ocr/infer", Array(json.utf8) + pixels, headers: headers)
            #expect(answer.status == 400, "\(json) \(length ?? "")")
        }
        #expect(try server.post("/v2/models/ocr/infer", "{".utf8).status == 400)
        #expect(try server.post("/v2/models/none/infer", "{}".utf8).status == 404)
    }

    /// They hold all the room there is, until their connections are closed.
    private func bodiesThatDoNotCome(_ server: RunningServer) async throws {
        let headers = ["content-type": "application/json", "content-length": "\(Work.bodyByteLimit)"]
        var connections: [Connection] = []
        let refused = try await embedding(server, answeredWith: 503) {
            // One that comes beside a small request may find no room itself: another takes its place.
            let connection = try Connection(port: server.port)
            connection.send(HTTPClient.head("POST", "/v1/embeddings", headers))
            connections.append(connection)
        }
        #expect(refused.headers["retry-after"] == "1")
        #expect(try refused.json(OpenAIError.self).error.type == "server_error")
        for connection in connections { connection.close() }
        _ = try await embedding(server, answeredWith: 200)
    }

    /// Asks until the answer is that; `before` is done before each.
    private func embedding(
        _ server: RunningServer,
        answeredWith status: Int,
        before: () throws -> Void = {}
    ) async throws -> HTTPClient.Answer {
        let limit = ContinuousClock.now + .seconds(20)
        while true {
            try before()
            let answer = try server.post("/v1/embeddings", #"{"input":"a"}"#.utf8)
            guard answer.status != status else { return answer }
            try #require(ContinuousClock.now < limit, "it was \(answer.status) for so long")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func aBodyThatComesTooLate(_ server: RunningServer) async throws {
        let body = Array(#"{"input":"a"}"#.utf8)
        let connection = try Connection(port: server.port)
        let headers = [
            "content-type": "application/json", "content-length": "\(body.count)", Work.timeoutHeader: "50",
        ]
        connection.send(HTTPClient.head("POST", "/v1/embeddings", headers) + body.prefix(5))
        try await Task.sleep(for: .milliseconds(200))
        connection.send(Array(body.dropFirst(5)))
        #expect(try HTTPClient.answer(connection.received()).status == 504)
    }

    private func expectRefused(_ answer: HTTPClient.Answer, _ status: Int, _ what: String) throws {
        #expect(answer.status == status, "\(what)")
        let error = try answer.json(OpenAIError.self).error
        #expect(!error.message.isEmpty && error.type == "invalid_request_error", "\(what)")
    }

    private func transcribe(
        _ server: RunningServer,
        _ sound: [UInt8],
        fields: [String: String]
    ) throws -> HTTPClient.Answer {
        var body: [UInt8] = []
        for (name, value) in fields {
            body += "--b7\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8
        }
        body += "--b7\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n".utf8
        body += "Content-Type: audio/wav\r\n\r\n".utf8
        body += sound
        body += "\r\n--b7--\r\n".utf8
        return try server.post("/v1/audio/transcriptions", body, type: "multipart/form-data; boundary=b7")
    }

    private func infer(
        _ server: RunningServer,
        shape: String,
        _ pixels: [UInt8],
        output: String
    ) throws -> HTTPClient.Answer {
        let input =
            #"{"name":"image","datatype":"UINT8","shape":\#(shape),"parameters":{"binary_data_size":\#(pixels.count)}}"#
        let json = #"{"id":"42","inputs":[\#(input)],"outputs":[{"name":"lines","parameters":{\#(output)}}]}"#
        let length = [InferenceRequest.headerLengthHeader: String(json.utf8.count)]
        let body = Array(json.utf8) + pixels
        return try server.post("/v2/models/ocr/infer", body, type: "application/octet-stream", headers: length)
    }
}
