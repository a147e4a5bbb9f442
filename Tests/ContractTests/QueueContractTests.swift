import Foundation
import Pipeline
import Testing

/// What every queue must do, whatever it is made of.
@Suite(.contract(.queue), .timeLimit(.minutes(2))) struct QueueContractTests {
    @Test(arguments: QueueKind.allCases)
    func anEmptyQueueGivesNothing(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        #expect(try await test.receive(1).isEmpty)
    }

    @Test(arguments: QueueKind.allCases)
    func theDepthIsWhatWaitsWhereTheServiceSaysIt(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        try await test.send("a", "b", "c")
        #expect(try await test.receive(1).count == 1)
        #expect(try await test.queue.depth() == (kind == .pubsub ? nil : 2))
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
        #expect(keys[Data("a".utf8)] == .some([.ministack, .moto].contains(kind) ? nil : "a"))
        #expect(keys[Data("b".utf8)] == .some([.ministack, .moto].contains(kind) ? nil : "b"))
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
        try await kind.atItsPace { test, lease in
            try await test.send("a")
            let start = ContinuousClock.now
            let first = try #require(try await test.receive(1, lease: lease).first)
            #expect(try await test.within(lease, of: start) { try await test.receive(1) }.isEmpty)
            await test.pass(lease)
            let second = try #require(try await test.receive(1).first)
            #expect(second.messageID == first.messageID)
            #expect(second.receipt != first.receipt)
            #expect(second.receiveCount == 2)
        }
    }

    @Test(arguments: QueueKind.allCases)
    func anAcknowledgedMessageIsGone(_ kind: QueueKind) async throws {
        try await kind.atItsPace { test, lease in
            try await test.send("a")
            let start = ContinuousClock.now
            let delivery = try #require(try await test.receive(1, lease: lease).first)
            let settled = try await test.within(lease, of: start) { await test.queue.acknowledge([delivery.receipt]) }
            try settled[0].get()
            await test.pass(lease)
            #expect(try await test.receive(1).isEmpty)
        }
    }

    @Test(arguments: QueueKind.allCases)
    func anExtendedLeaseHidesForLonger(_ kind: QueueKind) async throws {
        try await kind.atItsPace { test, lease in
            try await test.send("a")
            var start = ContinuousClock.now
            let receipt = try #require(try await test.receive(1, lease: lease).first).receipt
            let extended = try await test.within(lease, of: start) {
                start = .now
                return await test.queue.extend([receipt], lease: lease * 3)
            }
            try extended[0].get()
            await test.pass(lease)
            #expect(try await test.within(lease * 3, of: start) { try await test.receive(1) }.isEmpty)
            await test.pass(lease * 2)
            #expect(try await test.receive(1).count == 1)
        }
    }

    @Test(arguments: QueueKind.allCases)
    func aReleasedMessageComesAgainAfterItsDelay(_ kind: QueueKind) async throws {
        try await kind.atItsPace { test, delay in
            try await test.send("a")
            let delivery = try #require(try await test.receive(1, lease: .seconds(600)).first)
            let start = ContinuousClock.now
            try await test.queue.release([delivery.receipt], after: delay)[0].get()
            #expect(try await test.within(delay, of: start) { try await test.receive(1) }.isEmpty)
            await test.pass(delay)
            #expect(try await test.receive(1).count == 1)
        }
    }

    @Test(arguments: QueueKind.allCases)
    func aDelayedMessageComesAfterItsDelay(_ kind: QueueKind) async throws {
        try await kind.atItsPace { test, delay in
            let start = ContinuousClock.now
            try await test.queue.send([OutgoingMessage(body: Data("a".utf8), delay: delay)])[0].get()
            #expect(try await test.within(delay, of: start) { try await test.receive(1) }.isEmpty)
            await test.pass(delay)
            #expect(try await test.receive(1).count == 1)
        }
    }

    @Test(arguments: QueueKind.allCases)
    func anOldReceiptDoesNotSettleALaterDelivery(_ kind: QueueKind) async throws {
        try await kind.atItsPace { test, lease in
            try await test.send("a")
            let first = try #require(try await test.receive(1, lease: lease).first)
            await test.pass(lease)
            let start = ContinuousClock.now
            #expect(try await test.receive(1, lease: lease).count == 1)
            // Services may say yes to it; they must not do it.
            _ = try await test.within(lease, of: start) { await test.queue.acknowledge([first.receipt]) }
            await test.pass(lease)
            #expect(try await test.receive(1).count == 1)
        }
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

    @Test(arguments: QueueKind.allCases)
    func anEmptyCallDoesNothing(_ kind: QueueKind) async throws {
        let queue = try await kind.make().queue
        #expect(await queue.send([]).isEmpty)
        #expect(await queue.acknowledge([]).isEmpty)
        #expect(await queue.extend([], lease: .seconds(30)).isEmpty)
        #expect(await queue.release([], after: .zero).isEmpty)
    }

    @Test(arguments: QueueKind.allCases)
    func oneReceiptTwiceInACallFailsNoOther(_ kind: QueueKind) async throws {
        try await kind.atItsPace { test, lease in
            try await test.send("a", "b")
            let start = ContinuousClock.now
            let receipts = try await test.receive(2, lease: lease).map(\.receipt)
            let settled = try await test.within(lease, of: start) {
                try #require(receipts.count == 2)
                return await test.queue.acknowledge([receipts[0], receipts[0], receipts[1]])
            }
            #expect(settled.count == 3)
            try settled[0].get()
            try settled[2].get()
            await test.pass(lease)
            #expect(try await test.receive(2).isEmpty)
        }
    }

    @Test(arguments: QueueKind.allCases)
    func aLeaseThatWentToAnotherCanNotBeExtended(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        try await test.send("a")
        let first = try #require(try await test.receive(1, lease: .seconds(5)).first)
        await test.letTimePass(.milliseconds(5500))
        #expect(try await test.receive(1, lease: .seconds(600)).count == 1)
        let results = await test.queue.extend([first.receipt], lease: .seconds(600))
        let fault = #expect(throws: Fault.self) { try results[0].get() }
        #expect(fault?.faultClass == "reject")
    }

    @Test(arguments: QueueKind.allCases)
    func whatIsSettledDoesNotComeBackByARelease(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        try await test.send("a")
        let receipt = try #require(try await test.receive(1, lease: .seconds(600)).first).receipt
        try await test.queue.acknowledge([receipt])[0].get()
        // Services may say yes to it; they must not do it.
        _ = await test.queue.release([receipt], after: .zero)
        await test.letTimePass(.milliseconds(1000))
        #expect(try await test.receive(1).isEmpty)
    }

    /// The longest envelope there is.
    @Test(arguments: QueueKind.allCases)
    func aBodyOfTwoHundredKilobytesSurvives(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        let body = Data((0..<200_000).map { UInt8(ascii: "a") + UInt8($0 % 26) })
        let messages = (0..<6).map { _ in OutgoingMessage(body: body) }
        for result in await test.queue.send(messages) { try result.get() }
        let deliveries = try await test.receive(6)
        #expect(deliveries.count == 6)
        #expect(deliveries.allSatisfy { $0.body == body })
    }

    @Test(arguments: QueueKind.allCases)
    func receiversAtOnceMissNoMessage(_ kind: QueueKind) async throws {
        let test = try await kind.make()
        for result in await test.queue.send((0..<40).map { OutgoingMessage(body: Data("\($0)".utf8)) }) {
            try result.get()
        }
        let bodies = try await withThrowingTaskGroup(of: [Data].self) { group in
            for _ in 0..<4 { group.addTask { try await test.receive(40, lease: .seconds(600)).map(\.body) } }
            return try await group.reduce(into: [Data]()) { $0 += $1 }
        }
        #expect(Set(bodies).count == 40)
    }
}
