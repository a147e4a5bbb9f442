internal import Cloud
internal import Pipeline

/// Sends one model's requests, and says what its errors mean.
struct ModelCaller: Sendable {
    private static let answerByteCount = 64 << 20
    private static let errorCharacterCount = 300
    /// The request can't be answered as it is; any other refusal is the server's or its settings' fault.
    private static let rejections: Set<Int> = [400, 413, 415, 422]

    let model: ServedModel
    let task: ModelTask
    private let http: any HTTPClient
    private let key: String?

    init(model: ServedModel, task: ModelTask, http: any HTTPClient, key: String?) {
        self.model = model
        self.task = task
        self.http = http
        self.key = key
    }

    /// What a fault names.
    var operation: String { "model.\(task.rawValue)" }

    /// Posts a body.
    ///
    /// - Returns: the answer's headers and body.
    /// - Throws: throttled at 429; reject, where the input is at fault; retry for all else.
    func post(_ path: String, _ headers: HTTPHeaders, _ body: [UInt8]) async throws(Fault) -> (HTTPHeaders, [UInt8]) {
        var headers = headers
        if let key { headers.append("Authorization", "Bearer \(key)") }
        let request = HTTPRequest(
            method: "POST",
            url: model.url + path,
            headers: headers,
            body: body,
            timeout: .total(model.timeout)
        )
        let response: HTTPResponse
        let answer: [UInt8]
        do throws(Fault) {
            response = try await http.send(request)
            answer = try await response.body.collect(atMost: Self.answerByteCount)
        } catch {
            throw Fault(operation: operation, verdict: error.verdict, underlying: error)
        }
        guard response.status != 200 else { return (response.headers, answer) }
        throw fault(response.status, response.headers, answer)
    }

    /// An answer that is not what the protocol says.
    func unreadable(_ error: (any Error)? = nil) -> Fault { .retry(operation, underlying: error) }

    private func fault(_ status: Int, _ headers: HTTPHeaders, _ body: [UInt8]) -> Fault {
        let text = String(decoding: body, as: UTF8.self).prefix(Self.errorCharacterCount)
        let error = ModelServerError(model: model.name, status: status, text: String(text))
        let after = headers["Retry-After"].flatMap { Int($0) }.map { Duration.seconds(max(0, $0)) }
        let verdict: Verdict =
            switch status {
            case 429: .throttled(after: after)
            case _ where Self.rejections.contains(status): .reject(reason: error.description)
            default: .retry(after: after)
            }
        return Fault(operation: operation, verdict: verdict, underlying: error)
    }
}
