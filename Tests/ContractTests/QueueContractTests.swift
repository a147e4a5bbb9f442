import Foundation
import Pipeline
import Testing

/// What every queue must do, whatever it is made of.
@Suite(.timeLimit(.minutes(2))) struct QueueContractTests {
    @Test(arguments: QueueKind.allCases)
    func anEmptyQueueGivesNothing(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        #expect(try await test.receive(1).isEmpty)
    }

    @Test(arguments: QueueKind.allCases)
    func bodyAndAttributesSurvive(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        let text = #"{"name":"Grüße, 世界 🎬","quote":"\"","line":"a\nb\t<&>"}"#
        let message = OutgoingMessage(body: Data(text.utf8), attributes: ["traceparent": "00-é", "tenant": "t1"])
        try await test.queue.send([message])[0].get()
        let delivery = try #require(try await test.receive(1).first)
        #expect(delivery.body == message.body)
        #expect(delivery.attributes["traceparent"] == "00-é")
        #expect(delivery.attributes["tenant"] == "t1")
        #expect(delivery.receiveCount == 1)
        #expect(!delivery.messageID.isEmpty)
    }

    @Test(arguments: QueueKind.allCases)
    func anOrderingKeySurvivesWhereTheServiceHasThem(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        let messages = ["a", nil, "b"].map { OutgoingMessage(body: Data(($0 ?? "none").utf8), orderingKey: $0) }
        for result in await test.queue.send(messages) { try result.get() }
        let deliveries = try await test.receive(3)
        let keys = Dictionary(uniqueKeysWithValues: deliveries.map { ($0.body, $0.orderingKey) })
        #expect(keys[Data("a".utf8)] == .some(kind == .sqs ? nil : "a"))
        #expect(keys[Data("b".utf8)] == .some(kind == .sqs ? nil : "b"))
        #expect(keys[Data("none".utf8)] == .some(nil))
    }

    @Test(arguments: QueueKind.allCases)
    func asManyAttributesSurviveAsTheQueueSaysItTakes(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        let names = (0..<test.queue.attributeCount).map { "name\($0)" }
        let attributes = Dictionary(uniqueKeysWithValues: names.map { ($0, "of \($0)") })
        try await test.queue.send([OutgoingMessage(body: Data("a".utf8), attributes: attributes)])[0].get()
        let delivery = try #require(try await test.receive(1).first)
        #expect(delivery.attributes.filter { $0.key != Delivery.sentTimestamp } == attributes)
    }

    @Test(arguments: QueueKind.allCases)
    func aLeasedMessageIsHiddenAndComesAgainWhenTheLeaseEnds(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        try await test.send("a")
        let first = try #require(try await test.receive(1, lease: .seconds(2)).first)
        #expect(try await test.receive(1).isEmpty)
        await test.letTimePass(.milliseconds(2500))
        let second = try #require(try await test.receive(1).first)
        #expect(second.messageID == first.messageID)
        #expect(second.receipt != first.receipt)
        #expect(second.receiveCount == 2)
    }

    @Test(arguments: QueueKind.allCases)
    func anAcknowledgedMessageIsGone(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        try await test.send("a")
        let delivery = try #require(try await test.receive(1, lease: .seconds(1)).first)
        try await test.queue.acknowledge([delivery.receipt])[0].get()
        await test.letTimePass(.milliseconds(1500))
        #expect(try await test.receive(1).isEmpty)
    }

    @Test(arguments: QueueKind.allCases)
    func anExtendedLeaseHidesForLonger(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        try await test.send("a")
        let delivery = try #require(try await test.receive(1, lease: .seconds(1)).first)
        try await test.queue.extend([delivery.receipt], lease: .seconds(4))[0].get()
        await test.letTimePass(.milliseconds(1500))
        #expect(try await test.receive(1).isEmpty)
        await test.letTimePass(.milliseconds(3000))
        #expect(try await test.receive(1).count == 1)
    }

    @Test(arguments: QueueKind.allCases)
    func aReleasedMessageComesAgainAfterItsDelay(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        try await test.send("a")
        let delivery = try #require(try await test.receive(1, lease: .seconds(600)).first)
        try await test.queue.release([delivery.receipt], after: .seconds(2))[0].get()
        #expect(try await test.receive(1).isEmpty)
        await test.letTimePass(.milliseconds(2500))
        #expect(try await test.receive(1).count == 1)
    }

    @Test(arguments: QueueKind.allCases)
    func aDelayedMessageComesAfterItsDelay(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        try await test.queue.send([OutgoingMessage(body: Data("a".utf8), delay: .seconds(2))])[0].get()
        #expect(try await test.receive(1).isEmpty)
        await test.letTimePass(.milliseconds(2500))
        #expect(try await test.receive(1).count == 1)
    }

    @Test(arguments: QueueKind.allCases)
    func anOldReceiptDoesNotSettleALaterDelivery(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        try await test.send("a")
        let first = try #require(try await test.receive(1, lease: .seconds(1)).first)
        await test.letTimePass(.milliseconds(1500))
        #expect(try await test.receive(1, lease: .seconds(1)).count == 1)
        // Services may say yes to it; they must not do it.
        _ = await test.queue.acknowledge([first.receipt])
        await test.letTimePass(.milliseconds(1500))
        #expect(try await test.receive(1).count == 1)
    }

    @Test(arguments: QueueKind.allCases)
    func callsOfAnySizeAreSplitAndAnsweredInOrder(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        let messages = (0..<23).map { OutgoingMessage(body: Data("\($0)".utf8)) }
        let sent = await test.queue.send(messages)
        #expect(sent.count == 23)
        for result in sent { try result.get() }
        let deliveries = try await test.receive(23)
        #expect(Set(deliveries.map(\.body)) == Set(messages.map(\.body)))
        var receipts = deliveries.map(\.receipt)
        for result in await test.queue.extend(receipts, lease: .seconds(60)) { try result.get() }
        receipts[11] = Receipt(rawValue: "bogus")
        let settled = await test.queue.acknowledge(receipts)
        #expect(settled.count == 23)
        for (index, result) in settled.enumerated() {
            switch result {
            case .success: #expect(index != 11)
            case .failure(let fault): #expect(index == 11 && fault.faultClass == "reject", "\(fault)")
            }
        }
    }

    @Test(arguments: QueueKind.allCases)
    func noMoreIsReceivedThanAskedFor(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        try await test.send("a", "b", "c", "d")
        #expect(try await test.queue.receive(atMost: 3, wait: .zero, lease: .seconds(30)).count <= 3)
    }
}
