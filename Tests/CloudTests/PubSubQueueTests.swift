import Cloud
import Foundation
import Pipeline
import Testing

@Suite struct PubSubQueueTests {
    private static let lost = "PERMANENT_FAILURE_INVALID_ACK_ID"

    private func queue(_ http: ScriptedHTTPClient, isExactlyOnce: Bool = false) throws -> PubSubQueue {
        let endpoint = try PubSubEndpoint(environment: ["PUBSUB_EMULATOR_HOST": "localhost:1"])
        let caller = PubSubCaller(http: http, endpoint: endpoint, tokens: nil, pause: { _ in })
        return PubSubQueue(
            topic: "projects/p/topics/t",
            subscription: "projects/p/subscriptions/s",
            isExactlyOnce: isExactlyOnce,
            caller: caller,
            now: { 1_000_000 }
        )
    }

    private func failure(_ metadata: [String: String]) -> ScriptedHTTPClient.Answer {
        let pairs = metadata.map { #""\#($0.key)":"\#($0.value)""# }.joined(separator: ",")
        let detail = #"{"@type":"type.googleapis.com/google.rpc.ErrorInfo","metadata":{\#(pairs)}}"#
        let body = #"{"error":{"code":400,"status":"FAILED_PRECONDITION","message":"some","details":[\#(detail)]}}"#
        return ScriptedHTTPClient.Answer(status: 400, body: body)
    }

    private func receipts(_ count: Int) -> [Receipt] { (0..<count).map { Receipt(rawValue: "id\($0)") } }

    private func body(_ request: HTTPRequest) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(request.body)) as? [String: Any])
    }

    @Test func aLostLeaseIsARejectAndTheOthersAreSettled() async throws {
        let answer = failure(["id1": Self.lost])
        let results = try await queue(ScriptedHTTPClient { _, _ in answer }).acknowledge(receipts(3))
        try results[0].get()
        try results[2].get()
        let fault = #expect(throws: Fault.self) { try results[1].get() }
        #expect(fault?.faultClass == "reject")
    }

    @Test func whatFailedForAWhileIsTriedAgainAlone() async throws {
        let answer = failure(["id1": "TRANSIENT_FAILURE_INTERNAL"])
        let http = ScriptedHTTPClient { _, number in number == 1 ? answer : ScriptedHTTPClient.Answer(body: "{}") }
        for result in try await queue(http).acknowledge(receipts(3)) { try result.get() }
        #expect(http.requests.count == 2)
        #expect(try body(http.requests[1])["ackIds"] as? [String] == ["id1"])
    }

    @Test func whatKeepsFailingForAWhileIsARetry() async throws {
        let answer = failure(["id0": "TRANSIENT_FAILURE_INTERNAL"])
        let result = try await queue(ScriptedHTTPClient { _, _ in answer }).acknowledge(receipts(1))[0]
        let fault = #expect(throws: Fault.self) { try result.get() }
        #expect(fault?.faultClass == "retry")
    }

    @Test func aMessageWhoseLeaseCouldNotBeSetIsNotHandedOn() async throws {
        let lost = failure(["id0": Self.lost])
        let pulled =
            #"{"receivedMessages":[{"ackId":"id0","message":{"messageId":"0"}},"#
            + #"{"ackId":"id1","message":{"messageId":"1","data":"YQ=="}}]}"#
        let http = ScriptedHTTPClient { request, _ in
            request.url.hasSuffix(":pull") ? ScriptedHTTPClient.Answer(body: pulled) : lost
        }
        let deliveries = try await queue(http, isExactlyOnce: true)
            .receive(atMost: 2, wait: .zero, lease: .seconds(10))
        #expect(deliveries.map(\.messageID) == ["1"])
        #expect(deliveries.first?.body == Data("a".utf8))
        #expect(deliveries.first?.receiveCount == 1)
        #expect(try body(http.requests[1])["ackDeadlineSeconds"] as? Int == 60)
    }

    @Test func leasesAndDelaysStayWithinTheServicesLimits() async throws {
        let http = ScriptedHTTPClient { _, _ in ScriptedHTTPClient.Answer(body: "{}") }
        let queue = try queue(http)
        _ = await queue.extend(receipts(1), lease: .seconds(3600))
        _ = await queue.release(receipts(1), after: .seconds(3600))
        _ = await queue.release(receipts(1), after: .zero)
        #expect(try http.requests.map { try body($0)["ackDeadlineSeconds"] as? Int } == [600, 600, 0])
    }

    @Test func batchesKeepToTheServicesLimits() async throws {
        let http = ScriptedHTTPClient { _, _ in ScriptedHTTPClient.Answer(body: "{}") }
        let queue = try queue(http)
        #expect(await queue.acknowledge(receipts(2501)).count == 2501)
        #expect(try http.requests.map { try (body($0)["ackIds"] as? [String])?.count } == [2500, 1])
        let long = (0..<4).map { Receipt(rawValue: String(repeating: "\($0)", count: 200 << 10)) }
        #expect(await queue.acknowledge(long).count == 4)
        #expect(http.requests.dropFirst(2).map(\.body.count).allSatisfy { $0 < 512 << 10 })
        let sent = await queue.send((0..<1001).map { _ in OutgoingMessage(body: Data("a".utf8)) })
        #expect(sent.count == 1001)
        #expect(http.requests.filter { $0.url.hasSuffix(":publish") }.count == 2)
    }

    @Test func aRefusedPullIsThrottledAndAWrongAddressIsARejection() async throws {
        let http = ScriptedHTTPClient { _, _ in ScriptedHTTPClient.Answer(status: 429, body: "{}") }
        let fault = await #expect(throws: Fault.self) {
            try await queue(http).receive(atMost: 1, wait: .zero, lease: .seconds(30))
        }
        #expect(fault?.faultClass == "throttled")
        #expect(throws: Fault.self) { try PubSubEndpoint(environment: ["PUBSUB_EMULATOR_HOST": "a/b"]) }
        #expect(try PubSubEndpoint(environment: [:]) == .service)
    }
}
