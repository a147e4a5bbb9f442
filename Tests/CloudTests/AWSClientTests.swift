import Pipeline
import Synchronization
import Testing

@testable import Cloud

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
        #expect(fault?.verdict == .reject(reason: "wrong configuration: InvalidSecurity: no"))
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

    /// aws-sdk-swift#654.
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

    /// Calls that were in flight when another put the clock right are signed again, too.
    @Test func aClockThatWasPutRightMeanwhileIsTakenOver() {
        let clock = AWSClock { 1_767_225_600 }
        let refusal = AWSServiceError(status: 403, code: "InvalidSignatureException", message: "")
        let date = "Thu, 01 Jan 2026 01:00:00 GMT"
        #expect(clock.correct(after: refusal, date: date, signedOffset: 0))
        #expect(clock.offset == 3600)
        #expect(clock.correct(after: refusal, date: date, signedOffset: 0))
        #expect(!clock.correct(after: refusal, date: date, signedOffset: 3600))
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

    @Test(arguments: ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"])
    func aServiceThatSpeaksOfTheClockIsBelievedAtAnyDistance(_ code: String) async throws {
        let http = ScriptedHTTPClient { request, _ in
            request.headers["X-Amz-Date"] == "20260101T000030Z"
                ? .init()
                : .init(
                    status: 403,
                    headers: ["Date": "Thu, 01 Jan 2026 00:00:30 GMT"],
                    body: #"{"__type":"\#(code)"}"#
                )
        }
        _ = try await http.awsClient().call(request)
        #expect(http.requests.count == 2)
    }

    @Test func aNewDayIsSignedWithANewKey() async throws {
        let now = Mutex<Int64>(1_767_225_599)
        let http = ScriptedHTTPClient { _, _ in .init() }
        let client = AWSClient(
            http: http,
            credentials: TestCredentials(),
            region: "eu-central-1",
            now: { now.withLock { $0 } }
        )
        _ = try await client.call(request)
        now.withLock { $0 += 1 }
        _ = try await client.call(request)
        _ = try await client.call(request)
        let fresh = ScriptedHTTPClient { _, _ in .init() }
        _ = try await fresh.awsClient().call(request)
        let signatures = http.requests.map { $0.headers["Authorization"] }
        #expect(signatures[0]?.contains("AKID/20251231/") == true)
        #expect(signatures[1]?.contains("AKID/20260101/") == true)
        #expect(signatures[1] == signatures[2], "the key of the day is kept")
        #expect(signatures[1] == fresh.requests[0].headers["Authorization"], "and is the one that would be made")
    }

    @Test func aNewSecretIsSignedWithANewKey() async throws {
        let http = ScriptedHTTPClient { _, _ in .init() }
        let rotating = TestCredentials(secrets: ["one", "two", "one"])
        let client = AWSClient(http: http, credentials: rotating, region: "eu-central-1", now: { 1_767_225_600 })
        for _ in 0..<3 { _ = try await client.call(request) }
        let signatures = http.requests.map { $0.headers["Authorization"] }
        #expect(signatures[0] != signatures[1])
        #expect(signatures[0] == signatures[2])
    }

    @Test(arguments: [400, 403, 404, 500])
    func aLongPollThatFailsTakesItsTimeSoThatNobodySpins(_ status: Int) async throws {
        let pauses = Mutex(0)
        let http = ScriptedHTTPClient { _, _ in .init(status: status, body: #"{"__type":"Refused"}"#) }
        let client = AWSClient(
            http: http,
            credentials: TestCredentials(),
            region: "eu-central-1",
            now: { 1_767_225_600 },
            pause: { _ in pauses.withLock { $0 += 1 } }
        )
        var poll = request
        poll.isLongPoll = true
        for _ in 0..<200 { _ = try? await client.call(poll) }
        #expect(pauses.withLock { $0 } == http.requests.count, "no request without a pause, also once none is afforded")
    }
}

/// Credentials that change with every call, as far as there are secrets.
private final class TestCredentials: CredentialProvider {
    private let secrets: Mutex<[String]>

    init(secrets: [String] = []) { self.secrets = Mutex(secrets) }

    func credentials() -> SigningCredentials {
        let secret = secrets.withLock { $0.isEmpty ? "secret" : $0.removeFirst() }
        return SigningCredentials(accessKeyID: "AKID", secretAccessKey: secret)
    }
}
