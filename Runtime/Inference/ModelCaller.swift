internal import Cloud
internal import Pipeline

/// Sends one model's requests, and says what its errors mean.
struct ModelCaller: Sendable {
    private static let answerByteCount = 64 << 20
    private static let errorCharacterCount = 300
    /// Tells the server how long its answer is waited for.
    private static let timeoutHeader = "X-Request-Timeout-Ms"
    /// libcurl's CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST and CURLE_COULDNT_CONNECT.
    private static let unreached: Set<Int> = [5, 6, 7]
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
    /// - Throws: throttled at 429 and 503, and where there was no server to ask; reject, where the input is at fault; retry
    ///   for all else.
    func post(_ path: String, _ headers: HTTPHeaders, _ body: [UInt8]) async throws(Fault) -> (HTTPHeaders, [UInt8]) {
        var headers = headers
        headers.append(Self.timeoutHeader, String(model.timeoutMilliseconds))
        if let key { headers.append("Authorization", "Bearer \(key)") }
        let request = HTTPRequest(
            method: "POST",
            url: model.url + path,
            headers: headers,
            body: body,
            timeout: .total(model.timeout)
        )
        let began = ContinuousClock.now
        let response: HTTPResponse
        let answer: [UInt8]
        do throws(Fault) {
            response = try await http.send(request)
            answer = try await response.body.collect(atMost: Self.answerByteCount)
        } catch {
            let verdict = verdict(error, after: ContinuousClock.now - began)
            throw Fault(operation: operation, verdict: verdict, underlying: error)
        }
        guard response.status != 200 else { return (response.headers, answer) }
        throw fault(response.status, response.headers, answer)
    }

    /// An answer that is not what the protocol says.
    func unreadable(_ error: (any Error)? = nil) -> Fault { .retry(operation, underlying: error) }

    /// What a broken exchange means. One that broke after the server was reached counts: the input may have been too much for
    /// it.
    private func verdict(_ fault: Fault, after time: Duration) -> Verdict {
        guard case .retry(let after) = fault.verdict, let error = fault.underlying as? HTTPTransportError else {
            return fault.verdict
        }
        // What ran out before the answer's time did is the shorter time for connecting.
        let isUnreached = Self.unreached.contains(error.code) || (error.isTimeout && time < model.timeout)
        return isUnreached ? .throttled(after: after) : fault.verdict
    }

    private func fault(_ status: Int, _ headers: HTTPHeaders, _ body: [UInt8]) -> Fault {
        let text = String(decoding: body, as: UTF8.self).prefix(Self.errorCharacterCount)
        let error = ModelServerError(model: model.name, status: status, text: String(text))
        let after = headers["Retry-After"].flatMap { Int($0) }.map { Duration.seconds(max(0, $0)) }
        let verdict: Verdict =
            switch status {
            case 429, 503: .throttled(after: after)
            case _ where Self.rejections.contains(status): .reject(reason: error.description)
            default: .retry(after: after)
            }
        return Fault(operation: operation, verdict: verdict, underlying: error)
    }
}
