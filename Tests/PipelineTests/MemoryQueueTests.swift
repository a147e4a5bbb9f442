import FoundationEssentials
import Pipeline
import Testing

@Suite struct MemoryQueueTests {
    private let queue = MemoryQueue()

    private func succeeded(_ results: [Result<Void, Fault>]) -> [Bool] {
        results.map { (try? $0.get()) != nil }
    }

    private func sendOne(delay: Duration = .zero) async {
        _ = await queue.send([OutgoingMessage(body: Data("hello".utf8), delay: delay)])
    }

    @Test func aReceivedMessageIsHiddenUntilItsLeaseRunsOut() async throws {
        await sendOne()
        let first = await queue.receive(atMost: 10, wait: .zero, lease: .seconds(30))
        #expect(first.map(\.receiveCount) == [1])
        #expect(await queue.receive(atMost: 10, wait: .zero, lease: .seconds(30)).isEmpty)
        await queue.advance(by: .seconds(30))
        let second = await queue.receive(atMost: 10, wait: .zero, lease: .seconds(30))
        #expect(second.map(\.receiveCount) == [2])
        #expect(second.first?.messageID == first.first?.messageID)
        #expect(second.first?.receipt != first.first?.receipt)
    }

    @Test func anOldReceiptSettlesNothing() async throws {
        await sendOne()
        let old = await queue.receive(atMost: 1, wait: .zero, lease: .seconds(30)).map(\.receipt)
        await queue.advance(by: .seconds(31))
        let new = await queue.receive(atMost: 1, wait: .zero, lease: .seconds(30)).map(\.receipt)
        #expect(succeeded(await queue.acknowledge(old)) == [false])
        #expect(succeeded(await queue.extend(old, lease: .seconds(60))) == [false])
        #expect(succeeded(await queue.acknowledge(new)) == [true])
        #expect(await queue.count == 0)
    }

    @Test func anExtendedLeaseKeepsTheMessage() async throws {
        await sendOne()
        let receipts = await queue.receive(atMost: 1, wait: .zero, lease: .seconds(30)).map(\.receipt)
        await queue.advance(by: .seconds(20))
        #expect(succeeded(await queue.extend(receipts, lease: .seconds(30))) == [true])
        await queue.advance(by: .seconds(20))
        #expect(await queue.receive(atMost: 1, wait: .zero, lease: .seconds(30)).isEmpty)
        #expect(succeeded(await queue.acknowledge(receipts)) == [true])
    }

    @Test func aReleasedOrDelayedMessageComesAfterItsDelay() async throws {
        await sendOne(delay: .seconds(5))
        #expect(await queue.receive(atMost: 1, wait: .zero, lease: .seconds(30)).isEmpty)
        await queue.advance(by: .seconds(5))
        let receipts = await queue.receive(atMost: 1, wait: .zero, lease: .seconds(30)).map(\.receipt)
        #expect(succeeded(await queue.release(receipts, after: .seconds(7))) == [true])
        await queue.advance(by: .seconds(6))
        #expect(await queue.receive(atMost: 1, wait: .zero, lease: .seconds(30)).isEmpty)
        await queue.advance(by: .seconds(1))
        #expect(await queue.receive(atMost: 1, wait: .zero, lease: .seconds(30)).count == 1)
    }

    @Test func neverMoreThanWasAskedForIsReceived() async throws {
        for _ in 0..<5 { await sendOne() }
        #expect(await queue.receive(atMost: 3, wait: .zero, lease: .seconds(30)).count == 3)
        #expect(await queue.receive(atMost: 3, wait: .zero, lease: .seconds(30)).count == 2)
    }
}
