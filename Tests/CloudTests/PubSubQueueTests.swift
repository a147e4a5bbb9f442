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

    @Test func aRequestTakesMessagesOfOneOrderingKeyAloneAndTheResultsKeepTheirOrder() async throws {
        let http = ScriptedHTTPClient { request, _ in
            let isKeyA = String(decoding: request.body, as: UTF8.self).contains(#""orderingKey":"a""#)
            return ScriptedHTTPClient.Answer(status: isKeyA ? 403 : 200, body: "{}")
        }
        let keys = ["a", nil, "b", "a", nil]
        let results = try await queue(http).send(keys.map { OutgoingMessage(body: Data("x".utf8), orderingKey: $0) })
        #expect(results.map { (try? $0.get()) != nil } == [false, true, true, false, true])
        let sent = try http.requests.map { request in
            try (body(request)["messages"] as? [[String: Any]] ?? []).map { $0["orderingKey"] as? String }
        }
        #expect(sent == [["a", "a"], [nil, nil], ["b"]])
    }

    @Test func nothingOvertakesAMessageOfItsKeyThatFailed() async throws {
        let http = ScriptedHTTPClient { _, _ in ScriptedHTTPClient.Answer(status: 403, body: "{}") }
        let messages = (0..<1001).map { _ in OutgoingMessage(body: Data("x".utf8), orderingKey: "a") }
        let results = try await queue(http).send(messages)
        #expect(http.requests.count == 1)
        #expect(results.count == 1001 && results.allSatisfy { (try? $0.get()) == nil })
    }

    @Test func aDeliverySaysWhenItWasSentAndInWhichOrder() async throws {
        let pulled = #"""
            {"receivedMessages":[{"ackId":"i","message":{"messageId":"1","orderingKey":"k",
            "publishTime":"2026-01-01T00:00:00.123Z"}}]}
            """#
        let http = ScriptedHTTPClient { request, _ in
            ScriptedHTTPClient.Answer(body: request.url.hasSuffix(":pull") ? pulled : "{}")
        }
        let delivery = try await queue(http).receive(atMost: 1, wait: .zero, lease: .seconds(30)).first
        #expect(delivery?.attributes == ["SentTimestamp": "1767225600000"])
        #expect(delivery?.orderingKey == "k")
    }

    @Test func aNamedQueueAsksForItsSubscriptionOnceAndKeepsToWhatItSays() async throws {
        let http = ScriptedHTTPClient { request, _ in
            guard request.method == "GET" else { return ScriptedHTTPClient.Answer(body: "{}") }
            return ScriptedHTTPClient.Answer(
                body: #"{"topic":"projects/p/topics/q","ackDeadlineSeconds":60,"enableExactlyOnceDelivery":true}"#
            )
        }
        let endpoint = try PubSubEndpoint(environment: ["PUBSUB_EMULATOR_HOST": "localhost:1"])
        let caller = PubSubCaller(http: http, endpoint: endpoint, tokens: nil, pause: { _ in })
        let queue = PubSubNamedQueue(name: "q", project: "p", caller: caller)
        #expect(try await queue.find() != nil)
        for _ in 0..<2 { _ = await queue.extend(receipts(1), lease: .seconds(10)) }
        #expect(http.requests.filter { $0.method == "GET" }.count == 1)
        #expect(try body(http.requests[1])["ackDeadlineSeconds"] as? Int == 60)
        #expect(http.requests[1].url.hasSuffix("/v1/projects/p/subscriptions/q:modifyAckDeadline"))
    }

    @Test func aNamedQueueWithoutASubscriptionIsARejectionThatNamesIt() async throws {
        let http = ScriptedHTTPClient { _, _ in ScriptedHTTPClient.Answer(status: 404, body: "{}") }
        let endpoint = try PubSubEndpoint(environment: ["PUBSUB_EMULATOR_HOST": "localhost:1"])
        let caller = PubSubCaller(http: http, endpoint: endpoint, tokens: nil, pause: { _ in })
        let queue = PubSubNamedQueue(name: "q", project: "p", caller: caller)
        #expect(try await queue.find() == nil)
        let fault = await #expect(throws: Fault.self) {
            try await queue.receive(atMost: 1, wait: .zero, lease: .seconds(30))
        }
        #expect(try #require(fault).description.contains("there is no subscription q in the project p"))
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
