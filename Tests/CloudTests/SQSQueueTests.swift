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

    @Test func theDepthIsWhatMayBeReceivedNow() async throws {
        let http = ScriptedHTTPClient { request, _ in
            guard request.headers["X-Amz-Target"] == "AmazonSQS.GetQueueAttributes" else {
                return .init(body: #"{"QueueUrl":"http://localhost/q"}"#)
            }
            return .init(
                body: """
                    {"Attributes":{"ApproximateNumberOfMessages":"12","ApproximateNumberOfMessagesDelayed":"3",
                    "ApproximateNumberOfMessagesNotVisible":"40"}}
                    """
            )
        }
        #expect(try await queue(http).depth() == 12)
        let endpoint = AWSEndpoint(scheme: "http", authority: "localhost", isCustom: true)
        let named = SQSNamedQueue(name: "q", caller: SQSCaller(client: http.awsClient(), endpoint: endpoint))
        #expect(try await (named as any Queue).depth() == 12)
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

    @Test func sentAttributesThatArrivedDamagedMayBeTriedAgain() async throws {
        let body = "0cc175b9c0f1b6a831c399e269772661"
        func answer(_ attributes: String) -> ScriptedHTTPClient {
            ScriptedHTTPClient { _, _ in
                .init(
                    body: #"""
                        {"Successful":[{"Id":"0","MD5OfMessageBody":"\#(body)","MD5OfMessageAttributes":"\#(attributes)"}]}
                        """#
                )
            }
        }
        let message = OutgoingMessage(body: Data("a".utf8), attributes: ["attribName1": "attribValue 1"])
        let good = await queue(answer("19e27d4e946b072f3f58da80d94fd778")).send([message])
        try good[0].get()
        let bad = await queue(answer("00000000000000000000000000000000")).send([message])
        #expect(throws: Fault.self) { try bad[0].get() }
    }

    /// A duplicate message id must not fail a whole batch.
    /// spring-cloud-aws#1634, broadway_sqs#63.
    @Test func entriesAreCalledByTheirIndexSoThatDuplicatesFailNoBatch() async throws {
        let http = ScriptedHTTPClient { _, _ in .init(body: #"{"Successful":[{"Id":"0"},{"Id":"1"}]}"#) }
        let same: Receipt = "same"
        for result in await queue(http).acknowledge([same, same]) { try result.get() }
        _ = await queue(http).extend([same, same], lease: .seconds(30))
        let text = OutgoingMessage(body: Data("a".utf8))
        _ = await queue(http).send([text, text])
        #expect(try http.requests.map(entryIDs) == [["0", "1"], ["0", "1"], ["0", "1"]])
    }

    /// The service refuses what goes past 12 h; the work must be handed over before, which needs a clear word.
    @Test func aLeaseThatWouldPassTwelveHoursSaysSo() async throws {
        let reason = "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]"
        let http = ScriptedHTTPClient { _, _ in
            .init(
                body: #"""
                    {"Failed":[{"Id":"0","Code":"InvalidParameterValue","SenderFault":true,
                    "Message":"Value 600 for parameter VisibilityTimeout is invalid. Reason: \#(reason)."}]}
                    """#
            )
        }
        let results = await queue(http).extend(["a"], lease: .seconds(600))
        let fault = #expect(throws: Fault.self) { try results[0].get() }
        #expect(fault?.serviceError?.isLeaseAtItsEnd == true)
        #expect(fault?.verdict == .reject(reason: "the lease can go no further than 12 h from the first receive"))
    }

    @Test func durationsStayWithinWhatTheServiceTakes() async throws {
        let http = ScriptedHTTPClient { _, _ in .init(body: "{}") }
        _ = try await queue(http).receive(atMost: 50, wait: .seconds(90), lease: .seconds(50_000))
        _ = await queue(http).release(["a"], after: .seconds(50_000))
        _ = await queue(http).send([OutgoingMessage(body: Data("a".utf8), delay: .seconds(5000))])
        let bodies = http.requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(bodies[0].contains(#""WaitTimeSeconds":20"#) && bodies[0].contains(#""VisibilityTimeout":43200"#))
        #expect(bodies[0].contains(#""MaxNumberOfMessages":10"#))
        #expect(bodies[1].contains(#""VisibilityTimeout":43200"#))
        #expect(bodies[2].contains(#""DelaySeconds":900"#))
    }

    @Test func aMessageWithTooManyAttributesFailsAlone() async throws {
        let http = ScriptedHTTPClient { _, _ in .init(body: #"{"Successful":[{"Id":"0"}]}"#) }
        let attributes = Dictionary(uniqueKeysWithValues: (0..<11).map { ("name\($0)", "v") })
        let text = OutgoingMessage(body: Data("a".utf8))
        let many = OutgoingMessage(body: Data("a".utf8), attributes: attributes)
        let results = await queue(http).send([many, text])
        #expect(results.map { (try? $0.get()) != nil } == [false, true])
    }

    @Test(arguments: [
        ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"), ("InvalidSecurity", "InvalidSecurity"),
        ("KMS.AccessDeniedException", "KmsAccessDenied"), ("KMS.DisabledException", "KmsDisabled"),
        ("KmsAccessDenied", "KmsAccessDenied"), ("QueueDoesNotExist", "QueueDoesNotExist"),
    ])
    func aWrongConfigurationIsARejectThatSaysSo(_ code: String, _ modern: String) async throws {
        let http = ScriptedHTTPClient { _, _ in
            .init(status: 400, headers: ["x-amzn-query-error": "\(code);Sender"], body: #"{"message":"m"}"#)
        }
        let fault = await #expect(throws: Fault.self) {
            try await queue(http).receive(atMost: 1, wait: .zero, lease: .seconds(1))
        }
        #expect(fault?.serviceError?.isConfigurationFault == true)
        #expect(fault?.verdict == .reject(reason: "wrong configuration: \(modern): m"))
    }

    @Test(arguments: ["AWS.SimpleQueueService.MessageNotInflight", "MessageNotInflight", "ReceiptHandleIsInvalid"])
    func aLostLeaseIsKnownInBothSpellings(_ code: String) async throws {
        let http = ScriptedHTTPClient { _, _ in
            .init(body: #"{"Failed":[{"Id":"0","Code":"\#(code)","SenderFault":true}]}"#)
        }
        let results = await queue(http).extend(["a"], lease: .seconds(30))
        let fault = #expect(throws: Fault.self) { try results[0].get() }
        #expect(fault?.serviceError?.isLeaseLost == true)
        #expect(fault?.faultClass == "reject")
    }

    @Test func tooManyInFlightStopsReceivingAtOnceAndNothingElse() async throws {
        let http = ScriptedHTTPClient { request, _ in
            request.headers["X-Amz-Target"] == "AmazonSQS.ReceiveMessage"
                ? .init(status: 403, headers: ["x-amzn-query-error": "OverLimit;Sender"], body: "{}")
                : .init(body: #"{"Successful":[{"Id":"0"}]}"#)
        }
        let queue = queue(http)
        let fault = await #expect(throws: Fault.self) {
            try await queue.receive(atMost: 1, wait: .seconds(20), lease: .seconds(1))
        }
        #expect(fault?.faultClass == "throttled")
        #expect(fault?.serviceError?.isInFlightLimit == true)
        #expect(http.requests.count == 1, "asking again brings no more until some are settled")
        try await queue.acknowledge(["a"])[0].get()
    }

    @Test func theTraceAndTheTimeOfSendingComeWithAMessage() async throws {
        let http = ScriptedHTTPClient { _, _ in
            .init(
                body: #"""
                    {"Messages":[{"MessageId":"1","ReceiptHandle":"r","Body":"a",
                    "MD5OfBody":"0cc175b9c0f1b6a831c399e269772661",
                    "Attributes":{"SentTimestamp":"1","AWSTraceHeader":"Root=1-2-3","ApproximateReceiveCount":"4"}}]}
                    """#
            )
        }
        let delivery = try #require(
            try await queue(http).receive(atMost: 1, wait: .zero, lease: .seconds(1)).first
        )
        #expect(delivery.attributes == ["SentTimestamp": "1", "AWSTraceHeader": "Root=1-2-3"])
        #expect(delivery.receiveCount == 4)
        let asked = String(decoding: http.requests[0].body, as: UTF8.self)
        #expect(asked.contains(#"["ApproximateReceiveCount","SentTimestamp","AWSTraceHeader"]"#))
    }
}
