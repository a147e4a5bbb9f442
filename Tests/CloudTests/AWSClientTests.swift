import Cloud
import Pipeline
import Testing

@Suite struct AWSClientTests {
    private let request = AWSRequest(
        operation: "sqs.Test",
        service: .sqs,
        endpoint: AWSEndpoint(scheme: "https", authority: "sqs.eu-central-1.amazonaws.com", isCustom: false),
        method: "POST",
        body: Array("{}".utf8)
    )

    @Test func aRequestIsSignedForItsHostAndTime() async throws {
        let http = ScriptedHTTPClient { _, _ in .init() }
        _ = try await http.awsClient().call(request)
        let headers = try #require(http.requests.first?.headers)
        #expect(headers["X-Amz-Date"] == "20260101T000000Z")
        #expect(headers["x-amz-content-sha256"]?.count == 64)
        let authorization = try #require(headers["Authorization"])
        #expect(authorization.contains("Credential=AKID/20260101/eu-central-1/sqs/aws4_request"))
        #expect(authorization.contains("SignedHeaders=host;x-amz-content-sha256;x-amz-date"))
    }

    @Test(arguments: [500, 502, 503, 504, 429])
    func whatMayPassIsTriedThreeTimes(_ status: Int) async throws {
        let http = ScriptedHTTPClient { _, _ in .init(status: status) }
        let fault = await #expect(throws: Fault.self) { try await http.awsClient().call(request) }
        #expect(http.requests.count == 3)
        #expect(fault?.operation == "sqs.Test")
        #expect(fault?.faultClass == (status == 429 ? "throttled" : "retry"))
    }

    @Test func aConnectionErrorIsTriedAgainUnderTheOperationsName() async throws {
        let http = ScriptedHTTPClient { (request, number) throws(Fault) in
            guard number > 2 else { throw .retry(request.operation) }
            return .init(body: "yes")
        }
        #expect(try await http.awsClient().call(request).body == Array("yes".utf8))
        let broken = ScriptedHTTPClient { (request, _) throws(Fault) in throw .retry(request.operation) }
        let fault = await #expect(throws: Fault.self) { try await broken.awsClient().call(request) }
        #expect(fault?.operation == "sqs.Test")
    }

    @Test func aRefusalIsFinal() async throws {
        let http = ScriptedHTTPClient { _, _ in
            .init(status: 400, body: #"{"__type":"com.amazonaws.sqs#InvalidSecurity:x","message":"no"}"#)
        }
        let fault = await #expect(throws: Fault.self) { try await http.awsClient().call(request) }
        #expect(http.requests.count == 1)
        #expect(fault?.verdict == .reject(reason: "InvalidSecurity: no"))
    }

    @Test func theLegacyCodeWins() async throws {
        let http = ScriptedHTTPClient { _, _ in
            .init(
                status: 400,
                headers: ["x-amzn-query-error": "OverLimit;Sender"],
                body: #"{"__type":"com.amazonaws.sqs#Other","Message":"too many"}"#
            )
        }
        let fault = await #expect(throws: Fault.self) { try await http.awsClient().call(request) }
        #expect(fault?.serviceError?.code == "OverLimit")
        #expect(fault?.serviceError?.message == "too many")
        #expect(fault?.faultClass == "throttled")
    }

    @Test func aWrongClockIsPutRightOnce() async throws {
        let refusal = #"{"__type":"InvalidSignatureException"}"#
        let http = ScriptedHTTPClient { request, _ in
            request.headers["X-Amz-Date"] == "20260101T010000Z"
                ? .init()
                : .init(status: 403, headers: ["Date": "Thu, 01 Jan 2026 01:00:00 GMT"], body: refusal)
        }
        let client = http.awsClient()
        _ = try await client.call(request)
        #expect(http.requests.count == 2)
        _ = try await client.call(request)
        #expect(http.requests.count == 3, "the correction is kept")
    }

    @Test func aRightClockIsNotTheReason() async throws {
        let http = ScriptedHTTPClient { _, _ in
            .init(
                status: 403,
                headers: ["Date": "Thu, 01 Jan 2026 00:03:00 GMT"],
                body: #"{"__type":"InvalidSignatureException"}"#
            )
        }
        await #expect(throws: Fault.self) { try await http.awsClient().call(request) }
        #expect(http.requests.count == 1)
    }

    @Test func anOutageIsNotMultiplied() async throws {
        let http = ScriptedHTTPClient { _, _ in .init(status: 500) }
        let client = http.awsClient()
        for _ in 0..<200 { _ = try? await client.call(request) }
        #expect(http.requests.count == 200 + 500 / 5)
    }
}
