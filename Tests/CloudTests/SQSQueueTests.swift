import FoundationEssentials
import Pipeline
import Testing

@testable import Cloud

@Suite struct SQSQueueTests {
    private func queue(_ http: ScriptedHTTPClient) -> SQSQueue {
        let endpoint = AWSEndpoint(scheme: "http", authority: "localhost", isCustom: true)
        return SQSQueue(url: "http://localhost/q", caller: SQSCaller(client: http.awsClient(), endpoint: endpoint))
    }

    private func entryIDs(_ request: HTTPRequest) throws -> [String] {
        struct Input: Decodable {
            struct Entry: Decodable { let Id: String }
            let Entries: [Entry]
        }
        return try JSONDecoder().decode(Input.self, from: Data(request.body)).Entries.map(\.Id)
    }

    @Test func attributesAreDigestedAsTheServiceDoes() {
        let text = SQSAttribute(type: "String", text: "attribValue 1")
        #expect(SQSAttribute.digest(["attribName1": text]) == "19e27d4e946b072f3f58da80d94fd778")
        let number = SQSAttribute(type: "Number.float", text: "4563442423554324324264524243.32543234")
        #expect(SQSAttribute.digest(["customNumberTypeAttrib": number]) == "9fe1b90bbd9965bdf77bac517c7d2495")
        let binary = SQSAttribute(type: "Binary", binary: Data("Hello binary world!".utf8))
        #expect(SQSAttribute.digest(["binaryAttribute": binary]) == "31a92b15d92f8db860eda32aceb656c3")
    }

    @Test func batchesHoldAtMostTenMessagesAndOneMebibyte() async throws {
        let http = ScriptedHTTPClient { _, _ in .init(body: #"{"Successful":[],"Failed":[]}"#) }
        let large = OutgoingMessage(body: Data(repeating: 97, count: 400_000))
        _ = await queue(http).send([large, large, large])
        #expect(try http.requests.map { try entryIDs($0).count } == [2, 1])
        let small = ScriptedHTTPClient { _, _ in .init(body: "{}") }
        _ = await queue(small).send((0..<11).map { _ in OutgoingMessage(body: Data("a".utf8)) })
        #expect(try small.requests.map { try entryIDs($0).count } == [10, 1])
        #expect(try entryIDs(small.requests[1]) == ["0"])
    }

    @Test func eachEntryGetsItsOwnAnswer() async throws {
        let http = ScriptedHTTPClient { _, _ in
            .init(
                body: """
                    {"Successful":[{"Id":"2"}],"Failed":[
                    {"Id":"0","Code":"ReceiptHandleIsInvalid","SenderFault":true},
                    {"Id":"1","Code":"InternalError","SenderFault":false,"Message":"m"}]}
                    """
            )
        }
        let results = await queue(http).acknowledge(["a", "b", "c", "d"])
        let classes = results.map { result in
            switch result {
            case .success: "ok"
            case .failure(let fault): fault.faultClass
            }
        }
        #expect(classes == ["reject", "retry", "ok", "retry"])
    }

    @Test func aMessageThatIsNotTextFailsAloneInItsPlace() async throws {
        let http = ScriptedHTTPClient { _, _ in .init(body: #"{"Successful":[{"Id":"0"}]}"#) }
        let text = OutgoingMessage(body: Data("a".utf8))
        let results = await queue(http).send([text, OutgoingMessage(body: Data([0xff])), text])
        #expect(results.map { (try? $0.get()) != nil } == [true, false, true])
    }

    @Test func aMessageDamagedOnItsWayIsNotDelivered() async throws {
        let good = #"{"MessageId":"1","ReceiptHandle":"r","Body":"a","MD5OfBody":"0cc175b9c0f1b6a831c399e269772661"}"#
        let bad = #"{"MessageId":"2","ReceiptHandle":"s","Body":"b","MD5OfBody":"0cc175b9c0f1b6a831c399e269772661"}"#
        let http = ScriptedHTTPClient { _, _ in .init(body: #"{"Messages":[\#(good),\#(bad)]}"#) }
        let deliveries = try await queue(http).receive(atMost: 10, wait: .zero, lease: .seconds(1))
        #expect(deliveries.map(\.messageID) == ["1"])
    }

    @Test func aSentMessageThatArrivedDamagedMayBeTriedAgain() async throws {
        let http = ScriptedHTTPClient { _, _ in
            .init(body: #"{"Successful":[{"Id":"0","MD5OfMessageBody":"00000000000000000000000000000000"}]}"#)
        }
        let results = await queue(http).send([OutgoingMessage(body: Data("a".utf8))])
        #expect(throws: Fault.self) { try results[0].get() }
    }

    @Test func aLongPollMayTakeLongerThanItsWait() async throws {
        let http = ScriptedHTTPClient { _, _ in .init(body: "{}") }
        #expect(try await queue(http).receive(atMost: 1, wait: .seconds(20), lease: .seconds(1)).isEmpty)
        guard case .total(let timeout) = http.requests[0].timeout else { Issue.record("no deadline"); return }
        #expect(timeout > .seconds(20))
    }
}
