import Cloud
import FoundationEssentials
import Inference
import Pipeline
import Synchronization
import Testing

@Suite struct HTTPModelClientTests {
    private static let texts = ServedModel(wire: .openAI, url: "http://a", name: "minilm", revision: "2")
    private static let second = ServedModel(wire: .openAI, url: "http://b", name: "minilm", revision: "2")

    private func client(
        _ server: ModelServerStub,
        _ task: ModelTask,
        _ models: [ServedModel] = [texts],
        pause: @escaping @Sendable (Duration) async -> Void = { _ in }
    ) -> HTTPModelClient {
        let settings = ModelSettings(routes: [task: models])
        return HTTPModelClient(settings: settings, http: server, environment: ["KEY": "secret"], pause: pause)
    }

    private static func embeddings(_ request: HTTPRequest) -> ModelServerStub.Answer {
        struct Question: Decodable { let input: [String] }
        let count = (try? JSONDecoder().decode(Question.self, from: Data(request.body)))?.input.count ?? 0
        // Last first: a server may answer in any order.
        let items = (0..<count).reversed().map { #"{"index":\#($0),"embedding":[\#($0),4,0]}"# }
        return .init(200, [:], #"{"data":[\#(items.joined(separator: ","))],"usage":{"total_tokens":5}}"#)
    }

    // MARK: Texts

    @Test func vectorsComeInTheOrderOfTheTextsWithLengthOne() async throws {
        let server = ModelServerStub { request, _ in Self.embeddings(request) }
        let answer = try await client(server, .embed).embed((0..<40).map { "text \($0)" })
        #expect(server.requests.map(\.url) == ["http://a/v1/embeddings", "http://a/v1/embeddings"])
        #expect(answer.output.count == 40)
        #expect(answer.output[3] == [0.6, 0.8, 0])
        #expect(answer.output[35] == [0.6, 0.8, 0])
        #expect(answer.model == ModelVersion(name: "minilm", revision: "2"))
        #expect(answer.units == 10)
    }

    @Test func everyRequestIsToldWithItsTimeCostAndFault() async throws {
        let calls = Mutex<[ModelCall]>([])
        let model = ServedModel(wire: .openAI, url: "http://a", name: "minilm", revision: "2", pricePerUnit: 0.5)
        let server = ModelServerStub { request, count in count == 1 ? .init(503, [:], "") : Self.embeddings(request) }
        let client = HTTPModelClient(
            settings: ModelSettings(routes: [.embed: [model]]),
            http: server,
            environment: [:],
            pause: { _ in },
            observe: { call in calls.withLock { $0.append(call) } }
        )
        _ = try await client.embed(["a"])
        let told = calls.withLock { $0 }
        #expect(told.map(\.faultClass) == ["throttled", nil])
        #expect(told.map(\.units) == [0, 5] && told.map(\.cost) == [0, 2.5])
        #expect(told.allSatisfy { $0.model == model.version && $0.task == .embed && $0.confidence == nil })
    }

    @Test func base64VectorsAreRead() async throws {
        let bytes = [Float(3), 4].flatMap { float in withUnsafeBytes(of: float.bitPattern.littleEndian) { Array($0) } }
        let server = ModelServerStub { _, _ in
            .init(200, [:], #"{"data":[{"index":0,"embedding":"\#(Base64.encoded(bytes))"}]}"#)
        }
        #expect(try await client(server, .embed).embed(["a"]).output == [[0.6, 0.8]])
    }

    @Test(arguments: [
        #"{"data":[]}"#, #"{"data":[{"index":1,"embedding":[1]}]}"#, #"{"data":[{"index":0,"embedding":[0,0]}]}"#,
        #"{"data":[{"index":0,"embedding":"abc"}]}"#, "no JSON",
    ])
    func anAnswerThatIsNotAVectorPerTextIsARetry(_ body: String) async throws {
        let server = ModelServerStub { _, _ in .init(200, [:], body) }
        let fault = await #expect(throws: Fault.self) { try await client(server, .embed).embed(["a"]) }
        #expect(fault?.verdict == .retry(after: nil))
        #expect(fault?.operation == "model.embed")
    }

    // MARK: Errors and routes

    @Test func aBusyServerIsAskedAgainWhenItSaidSo() async throws {
        let paused = Mutex<[Duration]>([])
        let server = ModelServerStub { request, number in
            number == 1 ? .init(429, ["Retry-After": "2"]) : Self.embeddings(request)
        }
        let client = client(server, .embed) { pause in paused.withLock { $0.append(pause) } }
        _ = try await client.embed(["a"])
        let pauses = paused.withLock { $0 }
        #expect(pauses.count == 1 && pauses[0] > .seconds(2))
    }

    @Test func aServerThatIsBusyForLongIsLeftToTheQueue() async throws {
        let server = ModelServerStub { _, _ in .init(429, ["Retry-After": "60"]) }
        let fault = await #expect(throws: Fault.self) { try await client(server, .embed).embed(["a"]) }
        #expect(server.requests.count == 1)
        #expect(fault?.verdict == .throttled(after: .seconds(60)))
    }

    @Test(arguments: [400, 413, 415, 422])
    func anInputThatCanNotBeTakenIsRejectedInTheServersWords(_ status: Int) async throws {
        let server = ModelServerStub { _, _ in .init(status, [:], "the text is too long") }
        let models = [Self.texts, ServedModel(wire: .openAI, url: "http://b", name: "minilm", revision: "2")]
        let fault = await #expect(throws: Fault.self) { try await client(server, .embed, models).embed(["a"]) }
        #expect(fault?.faultClass == "reject")
        #expect(fault?.description.contains("the text is too long") == true)
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [401, 404, 500, 502])
    func aServerWithATroubleOfItsOwnIsARetryAndTheNextIsAsked(_ status: Int) async throws {
        let server = ModelServerStub { request, _ in
            request.url.hasPrefix("http://a/") ? .init(status) : Self.embeddings(request)
        }
        let fault = await #expect(throws: Fault.self) { try await client(server, .embed).embed(["a"]) }
        #expect(fault?.faultClass == "retry")
        #expect(server.requests.count == 3)
        let models = [Self.texts, ServedModel(wire: .openAI, url: "http://b", name: "minilm", revision: "2")]
        #expect(try await client(server, .embed, models).embed(["a"]).output.count == 1)
    }

    @Test(arguments: [ModelServerStub.Answer(429), .init(503), .broken(6), .broken(7), .broken(28)])
    func `servers that are away or full are waited for`(_ answer: ModelServerStub.Answer) async throws {
        let server = ModelServerStub { _, _ in answer }
        let models = [Self.texts, Self.second]
        let fault = await #expect(throws: Fault.self) { try await client(server, .embed, models).embed(["a"]) }
        #expect(fault?.verdict == .throttled(after: nil))
        #expect(server.requests.count == 6)
    }

    @Test func `a port where nobody listens is waited for`() async throws {
        let http = CurlHTTPClient()
        defer { http.close() }
        let model = ServedModel(wire: .openAI, url: "http://127.0.0.1:1", name: "minilm", revision: "2")
        let client = HTTPModelClient(
            settings: ModelSettings(routes: [.embed: [model]]),
            http: http,
            environment: [:],
            pause: { _ in }
        )
        let fault = await #expect(throws: Fault.self) { try await client.embed(["a"]) }
        #expect(fault?.faultClass == "throttled")
    }

    @Test(arguments: [52, 55, 56])
    func `an exchange that broke after the server was reached counts`(_ code: Int) async throws {
        let server = ModelServerStub { _, number in number == 1 ? .broken(code) : .broken(7) }
        let fault = await #expect(throws: Fault.self) { try await client(server, .embed).embed(["a"]) }
        #expect(fault?.verdict == .retry(after: nil))
        #expect(server.requests.count == 3)
    }

    @Test(arguments: ["http://a/", "http://b/"])
    func `one server that failed counts whatever the others are`(_ failing: String) async throws {
        let server = ModelServerStub { request, _ in request.url.hasPrefix(failing) ? .init(500) : .init(503) }
        let models = [Self.texts, Self.second]
        let fault = await #expect(throws: Fault.self) { try await client(server, .embed, models).embed(["a"]) }
        #expect(fault?.faultClass == "retry")
        #expect(fault?.description.contains("status 500") == true)
    }

    @Test func `every server is told how long its answer is waited for`() async throws {
        let server = ModelServerStub { request, _ in
            guard request.url.contains("/v2/") else { return Self.embeddings(request) }
            return .init(200, [:], #"{"outputs":[{"name":"lines","data":[]}]}"#)
        }
        let slow = ServedModel(wire: .openAI, url: "http://a", name: "minilm", revision: "2", timeoutSeconds: 300)
        for model in [Self.texts, slow] { _ = try await client(server, .embed, [model]).embed(["a"]) }
        let picture = RGBImage(width: 1, height: 1, pixels: [1, 2, 3])
        _ = try await client(server, .readText, [ocr]).readText(in: picture)
        #expect(server.requests.map { $0.headers["X-Request-Timeout-Ms"] } == ["120000", "300000", "120000"])
        #expect(server.requests[1].timeout == .total(.seconds(300)))
    }

    @Test func aServersKeyIsSent() async throws {
        let model = ServedModel(wire: .openAI, url: "https://a", name: "m", revision: "1", keyVariable: "KEY")
        let server = ModelServerStub { request, _ in Self.embeddings(request) }
        _ = try await client(server, .embed, [model]).embed(["a"])
        #expect(server.requests[0].headers["Authorization"] == "Bearer secret")
    }

    @Test func anEmptyRouteIsARejectThatNamesIt() async throws {
        let server = ModelServerStub { _, _ in .init() }
        let fault = await #expect(throws: Fault.self) { try await client(server, .embed).transcribe([0]) }
        #expect(fault?.description.contains("route transcribe") == true)
    }

    // MARK: Sound

    @Test func soundGoesAsAWaveFileInAForm() async throws {
        let server = ModelServerStub { _, _ in
            .init(
                200,
                [:],
                """
                {"text":"hello world","duration":1.0,"words":[{"word":" world","start":0.5,"end":9,"probability":0.5},
                {"word":"hello","start":0.1,"end":0.4},{"word":" ","start":0.1,"end":0.4}]}
                """
            )
        }
        let answer = try await client(server, .transcribe).transcribe([Float](repeating: 2, count: 16_000))
        #expect(
            answer.output == [
                TimedWord(text: "hello", startMilliseconds: 100, endMilliseconds: 400),
                TimedWord(text: "world", startMilliseconds: 500, endMilliseconds: 1000, confidence: 0.5),
            ]
        )
        #expect(answer.units == 1)
        let request = server.requests[0]
        #expect(request.url == "http://a/v1/audio/transcriptions")
        let boundary = try #require(request.headers["Content-Type"]?.split(separator: "=").last)
        #expect(request.body.starts(with: "--\(boundary)\r\n".utf8))
        #expect(request.body.suffix(boundary.utf8.count + 6).elementsEqual("--\(boundary)--\r\n".utf8))
        let start = try #require(request.body.firstRange(of: Array("RIFF".utf8))?.lowerBound)
        let file = request.body[start..<start + 44 + 32_000]
        #expect(file[start + 8..<start + 16].elementsEqual("WAVEfmt ".utf8))
        #expect(Array(file[start + 24..<start + 28]) == [0x80, 0x3e, 0, 0])
        #expect(file.suffix(2).elementsEqual([0xff, 0x7f]), "a sample beyond 1 is cut off")
    }

    @Test func wordsThatNobodySaidAreDropped() async throws {
        let server = ModelServerStub { _, _ in
            .init(
                200,
                [:],
                """
                {"words":[{"word":"real","start":0,"end":0.4},{"word":"thanks","start":0.6,"end":0.9}],"segments":[
                {"start":0,"end":0.5,"text":"real","avg_logprob":-0.2,"no_speech_prob":0.7},
                {"start":0.5,"end":1,"text":"thanks","avg_logprob":-1.5,"no_speech_prob":0.9}]}
                """
            )
        }
        let answer = try await client(server, .transcribe).transcribe([Float](repeating: 0, count: 16_000))
        #expect(answer.output.map(\.text) == ["real"])
    }

    @Test func withoutWordTimesASegmentsTimeIsDealtOut() async throws {
        let server = ModelServerStub { _, _ in
            .init(200, [:], #"{"segments":[{"start":0,"end":1,"text":" one  three "}]}"#)
        }
        let answer = try await client(server, .transcribe).transcribe([Float](repeating: 0, count: 16_000))
        #expect(answer.output.map(\.text) == ["one", "three"])
        #expect(answer.output.map(\.startMilliseconds) == [0, 375])
        #expect(answer.output.map(\.endMilliseconds) == [375, 1000])
    }

    // MARK: Pictures

    private let ocr = ServedModel(wire: .kServe, url: "http://a", name: "ocr", revision: "5")
    private static let line = #"{"text":"EXIT","confidence":0.9,"box":[0.1,0.2,0.3,0.4],"words":[\#(word)]}"#
    private static let word = #"{"text":"EXIT","confidence":1.5,"box":[0.1,0.2,0.3,2]}"#

    @Test(arguments: [true, false])
    func aPictureGoesAsBytesAndItsLinesComeAsBytesOrJSON(_ isBinary: Bool) async throws {
        let server = ModelServerStub { _, _ in
            guard isBinary else {
                let escaped = Self.line.replacing("\"", with: "\\\"")
                return .init(200, [:], #"{"outputs":[{"name":"lines","data":["\#(escaped)"]}]}"#)
            }
            let head = """
                {"outputs":[{"name":"other","parameters":{"binary_data_size":2}},
                {"name":"lines","parameters":{"binary_data_size":\(Self.line.utf8.count + 4)}}]}
                """
            let length: [UInt8] = [UInt8(Self.line.utf8.count), 0, 0, 0]
            return .init(
                200,
                ["inference-header-content-length": String(head.utf8.count)],
                bytes: Array(head.utf8) + [1, 2] + length + Array(Self.line.utf8)
            )
        }
        let picture = RGBImage(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6])
        let answer = try await client(server, .readText, [ocr]).readText(in: picture)
        let box = Box(x: 0.1, y: 0.2, width: 0.3, height: 0.4)
        let word = TextWord(text: "EXIT", confidence: 1, box: Box(x: 0.1, y: 0.2, width: 0.3, height: 2).clamped)
        #expect(answer.output == [TextLine(text: "EXIT", confidence: 0.9, box: box, words: [word])])
        let request = server.requests[0]
        #expect(request.url == "http://a/v2/models/ocr/infer")
        let length = try #require(request.headers["Inference-Header-Content-Length"].flatMap { Int($0) })
        #expect(Array(request.body[length...]) == picture.pixels)
        #expect(String(decoding: request.body[..<length], as: UTF8.self).contains(#""shape":[1,2,3]"#))
    }

    @Test func aModelMayTellOfLinesWithoutTheirWords() async throws {
        let line = #"{\"text\":\"EXIT\",\"confidence\":0.9,\"box\":[0.1,0.2,0.3,0.4]}"#
        let server = ModelServerStub { _, _ in .init(200, [:], #"{"outputs":[{"name":"lines","data":["\#(line)"]}]}"#) }
        let picture = RGBImage(width: 1, height: 1, pixels: [1, 2, 3])
        let answer = try await client(server, .readText, [ocr]).readText(in: picture)
        #expect(answer.output.map(\.words) == [[]])
    }

    @Test func lengthsThatDoNotFitAreARetry() async throws {
        for body in [#"{"outputs":[{"name":"lines","parameters":{"binary_data_size":9}}]}"#, #"{"outputs":[]}"#] {
            let server = ModelServerStub { _, _ in .init(200, [:], body) }
            let picture = RGBImage(width: 1, height: 1, pixels: [1, 2, 3])
            let fault = await #expect(throws: Fault.self) {
                try await client(server, .readText, [ocr]).readText(in: picture)
            }
            #expect(fault?.faultClass == "retry")
        }
    }
}
