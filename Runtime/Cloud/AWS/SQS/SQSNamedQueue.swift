package import Pipeline
internal import Synchronization

/// A queue that is known by its name: its URL is asked for once, when it is first used.
package final class SQSNamedQueue: Queue {
    private let name: String
    private let caller: SQSCaller
    private let found = Mutex<SQSQueue?>(nil)

    package var longestHold: Duration? { SQSQueue.longestHold }
    package var attributeCount: Int { SQSQueue.attributeCount }

    package init(name: String, caller: SQSCaller) {
        self.name = name
        self.caller = caller
    }

    /// Looks the queue up.
    ///
    /// - Returns: nil where there is none of that name.
    /// - Throws: as the service's error says.
    package func find() async throws(Fault) -> SQSQueue? {
        if let queue = found.withLock({ $0 }) { return queue }
        guard let url = try await SQSAdministration(caller: caller).url(of: name) else { return nil }
        let queue = SQSQueue(url: url, caller: caller)
        found.withLock { $0 = queue }
        return queue
    }

    package func receive(atMost count: Int, wait: Duration, lease: Duration) async throws(Fault) -> [Delivery] {
        try await queue().receive(atMost: count, wait: wait, lease: lease)
    }

    package func extend(_ receipts: [Receipt], lease: Duration) async -> [Result<Void, Fault>] {
        await each(receipts) { await $0.extend(receipts, lease: lease) }
    }

    package func acknowledge(_ receipts: [Receipt]) async -> [Result<Void, Fault>] {
        await each(receipts) { await $0.acknowledge(receipts) }
    }

    package func release(_ receipts: [Receipt], after delay: Duration) async -> [Result<Void, Fault>] {
        await each(receipts) { await $0.release(receipts, after: delay) }
    }

    package func send(_ messages: [OutgoingMessage]) async -> [Result<Void, Fault>] {
        await each(messages) { await $0.send(messages) }
    }

    package func depth() async throws(Fault) -> Int? { try await queue().depth() }

    private func each<Item>(
        _ items: [Item],
        _ call: (SQSQueue) async -> [Result<Void, Fault>]
    ) async -> [Result<Void, Fault>] {
        guard !items.isEmpty else { return [] }
        do throws(Fault) { return await call(try await queue()) } catch {
            return items.map { _ in .failure(error) }
        }
    }

    private func queue() async throws(Fault) -> SQSQueue {
        guard let queue = try await find() else { throw .reject("sqs.GetQueueUrl", "there is no queue \(name)") }
        return queue
    }
}
