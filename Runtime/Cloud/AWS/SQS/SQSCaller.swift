internal import FoundationEssentials
internal import Pipeline

/// Calls operations of SQS: JSON in, JSON out.
package struct SQSCaller: Sendable {
    private static let operationTimeout = Duration.seconds(10)

    private let client: AWSClient
    private let endpoint: AWSEndpoint

    package init(client: AWSClient, endpoint: AWSEndpoint) {
        self.client = client
        self.endpoint = endpoint
    }

    /// Calls an operation.
    ///
    /// - Parameters:
    ///   - operation: "SendMessageBatch".
    ///   - input: its members under the service's own names.
    ///   - wait: how long the service itself may take on purpose.
    /// - Returns: the answer; one without a body reads as an empty object.
    /// - Throws: as ``AWSClient/call(_:atMost:check:)``.
    func call<Output: Decodable & Sendable>(
        _ operation: String,
        _ input: some Encodable,
        wait: Duration = .zero
    ) async throws(Fault) -> Output {
        let name = "sqs.\(operation)"
        guard let body = try? JSONEncoder().encode(input) else {
            throw .reject(name, "the request can't be written as JSON")
        }
        let answer = try await call(operation, json: [UInt8](body), wait: wait)
        do { return try JSONDecoder().decode(Output.self, from: answer.isEmpty ? Data("{}".utf8) : Data(answer)) } catch
        {
            throw .retry(name, underlying: error)
        }
    }

    /// Calls an operation with a body that is written and an answer that is read by hand: for those that are called all the
    /// time.
    ///
    /// - Parameters:
    ///   - operation: "ReceiveMessage".
    ///   - body: JSON.
    ///   - wait: how long the service itself may take on purpose.
    /// - Returns: the answer, JSON or nothing.
    /// - Throws: as ``AWSClient/call(_:atMost:check:)``.
    func call(_ operation: String, json body: [UInt8], wait: Duration = .zero) async throws(Fault) -> [UInt8] {
        var request = AWSRequest(
            operation: "sqs.\(operation)",
            service: .sqs,
            endpoint: endpoint,
            method: "POST",
            headers: [
                "Content-Type": "application/x-amz-json-1.0",
                "X-Amz-Target": "AmazonSQS.\(operation)",
                "x-amzn-query-mode": "true",
            ],
            body: body,
            timeout: .total(Self.operationTimeout + wait)
        )
        request.isLongPoll = wait > .zero
        // 10 messages of 1 MiB at most, with escapes.
        return try await client.call(request, atMost: 8 << 20).body
    }
}
