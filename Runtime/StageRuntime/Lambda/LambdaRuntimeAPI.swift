package import Cloud
internal import FoundationEssentials
internal import Pipeline

/// Lambda's side of a custom runtime: HTTP on loopback, where calls are fetched and answered.
///
/// Source: "Using the Lambda runtime API for custom runtimes", Lambda developer guide; version 2018-06-01.
package struct LambdaRuntimeAPI: Sendable {
    /// The service's limit on an event is 6 MB.
    private static let eventByteCount = 8 << 20
    private static let answerByteCount = 64 << 10
    private static let answerTimeout = Duration.seconds(5)
    /// The process is frozen while it waits, for hours: close to the longest time that libcurl can count.
    private static let pollTimeout = Duration.seconds(24 * 86_400)

    private let root: String
    private let http: any HTTPClient

    /// - Parameters:
    ///   - address: host and port: `AWS_LAMBDA_RUNTIME_API`.
    ///   - http: the transport.
    package init(address: String, http: any HTTPClient) {
        self.root = "http://\(address)/2018-06-01/runtime"
        self.http = http
    }

    /// Waits for the next call, however long that takes.
    ///
    /// - Returns: the call; it must be answered.
    /// - Throws: retry, where the API did not answer; reject, where its answer is not one.
    func next() async throws(Fault) -> LambdaInvocation {
        let operation = "lambda.next"
        let url = "\(root)/invocation/next"
        let response = try await http.send(HTTPRequest(method: "GET", url: url, timeout: .total(Self.pollTimeout)))
        let event = try await response.body.collect(atMost: Self.eventByteCount)
        guard response.status == 200 else { throw .retry(operation, underlying: LambdaStatus(response.status, event)) }
        guard let id = response.headers["Lambda-Runtime-Aws-Request-Id"],
            let deadline = response.headers["Lambda-Runtime-Deadline-Ms"].flatMap({ Int64($0) })
        else { throw .reject(operation, "the call has no request id or no deadline") }
        return LambdaInvocation(
            id: id,
            deadlineMilliseconds: deadline,
            trace: response.headers["Lambda-Runtime-Trace-Id"],
            event: event
        )
    }

    /// Answers a call.
    ///
    /// - Throws: retry, where the API did not take the answer.
    func respond(to id: String, with answer: some Encodable) async throws(Fault) {
        try await post("lambda.respond", "invocation/\(id)/response", answer)
    }

    /// Says that a call could not be served: Lambda counts an error, and the event comes again.
    ///
    /// - Throws: as ``respond(to:with:)``.
    func fail(_ id: String, _ fault: Fault) async throws(Fault) {
        try await post("lambda.fail", "invocation/\(id)/error", fault)
    }

    /// Says that the process can't be set up; it must end then.
    ///
    /// - Throws: as ``respond(to:with:)``.
    func failInit(_ fault: Fault) async throws(Fault) {
        try await post("lambda.failInit", "init/error", fault)
    }

    private func post(_ operation: String, _ path: String, _ fault: Fault) async throws(Fault) {
        let type = "media.\(fault.faultClass)"
        let error = LambdaError(errorMessage: fault.description, errorType: type)
        try await post(operation, path, error, headers: ["Lambda-Runtime-Function-Error-Type": type])
    }

    private func post(
        _ operation: String,
        _ path: String,
        _ answer: some Encodable,
        headers: HTTPHeaders = [:]
    ) async throws(Fault) {
        guard let body = try? JSONEncoder().encode(answer) else {
            throw .reject(operation, "the answer can't be written as JSON")
        }
        var headers = headers
        headers.append("Content-Type", "application/json")
        let response = try await http.send(
            HTTPRequest(
                method: "POST",
                url: "\(root)/\(path)",
                headers: headers,
                body: [UInt8](body),
                timeout: .total(Self.answerTimeout)
            )
        )
        let said = try await response.body.collect(atMost: Self.answerByteCount)
        guard 200...299 ~= response.status else {
            throw .retry(operation, underlying: LambdaStatus(response.status, said))
        }
    }
}

/// An error, as the API takes it.
private struct LambdaError: Encodable {
    let errorMessage: String
    let errorType: String
    let stackTrace: [String] = []
}

/// An answer of the API that is not what was asked for.
private struct LambdaStatus: Error, CustomStringConvertible {
    private static let wordCount = 200
    let description: String

    init(_ status: Int, _ body: [UInt8]) {
        description = "status \(status): \(String(decoding: body.prefix(Self.wordCount), as: UTF8.self))"
    }
}
