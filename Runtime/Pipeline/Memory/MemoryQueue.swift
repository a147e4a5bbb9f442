/// A queue in memory with SQS's rules: leases that run out, receipts that change with every delivery.
///
/// Time is the test's: nothing happens until ``advance(by:)``, and ``receive(atMost:wait:lease:)`` never waits.
package actor MemoryQueue: Queue {
    private struct Entry {
        let id: String
        let message: OutgoingMessage
        var visibleAt: Duration
        var receipt: Receipt?
        var receiveCount = 0
    }

    private var now: Duration = .zero
    private var entries: [Entry] = []
    private var sentCount = 0
    private var receiptCount = 0

    package init() {}

    /// Messages that are on the queue, hidden or not.
    package var count: Int { entries.count }

    package func depth() async throws(Fault) -> Int? { entries.count { $0.visibleAt <= now } }

    package func advance(by duration: Duration) { now += duration }

    package func receive(atMost count: Int, wait: Duration, lease: Duration) -> [Delivery] {
        var deliveries: [Delivery] = []
        for index in entries.indices where entries[index].visibleAt <= now && deliveries.count < count {
            receiptCount += 1
            let receipt = Receipt(rawValue: "receipt-\(receiptCount)")
            entries[index].receipt = receipt
            entries[index].receiveCount += 1
            entries[index].visibleAt = now + lease
            let entry = entries[index]
            deliveries.append(
                Delivery(
                    messageID: entry.id,
                    receipt: receipt,
                    body: entry.message.body,
                    attributes: entry.message.attributes,
                    receiveCount: entry.receiveCount,
                    orderingKey: entry.message.orderingKey
                )
            )
        }
        return deliveries
    }

    package func extend(_ receipts: [Receipt], lease: Duration) -> [Result<Void, Fault>] {
        hide(receipts, for: lease, operation: "memory.extend")
    }

    package func release(_ receipts: [Receipt], after delay: Duration) -> [Result<Void, Fault>] {
        hide(receipts, for: delay, operation: "memory.release")
    }

    package func acknowledge(_ receipts: [Receipt]) -> [Result<Void, Fault>] {
        receipts.map { receipt in
            guard let index = held(receipt) else { return .failure(lost("memory.acknowledge")) }
            entries.remove(at: index)
            return .success(())
        }
    }

    package func send(_ messages: [OutgoingMessage]) -> [Result<Void, Fault>] {
        messages.map { message in
            sentCount += 1
            entries.append(Entry(id: "message-\(sentCount)", message: message, visibleAt: now + message.delay))
            return .success(())
        }
    }

    private func hide(_ receipts: [Receipt], for duration: Duration, operation: String) -> [Result<Void, Fault>] {
        receipts.map { receipt in
            guard let index = held(receipt) else { return .failure(lost(operation)) }
            entries[index].visibleAt = now + duration
            return .success(())
        }
    }

    /// A lease is held while its receipt is the newest and its time has not run out.
    private func held(_ receipt: Receipt) -> Int? {
        entries.firstIndex { $0.receipt == receipt && $0.visibleAt > now }
    }

    private func lost(_ operation: String) -> Fault { .reject(operation, "the lease is lost") }
}
