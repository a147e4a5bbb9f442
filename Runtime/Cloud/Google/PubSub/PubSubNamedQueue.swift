package import Pipeline
internal import Synchronization

/// A topic and a subscription of one name: the subscription is asked for once, when it is first needed.
package final class PubSubNamedQueue: Queue {
    private let name: String
    private let project: String
    private let caller: PubSubCaller
    private let found = Mutex<PubSubQueue?>(nil)

    /// - Parameters:
    ///   - name: of the topic and of the subscription, without the project.
    ///   - project: that they are in.
    ///   - caller: the service.
    package init(name: String, project: String, caller: PubSubCaller) {
        self.name = name
        self.project = project
        self.caller = caller
    }

    /// Looks the subscription up: whether it delivers exactly once, no delivery says.
    ///
    /// - Returns: the queue; nil where there is no such subscription.
    /// - Throws: as the service's error says.
    package func find() async throws(Fault) -> PubSubQueue? {
        if let queue = found.withLock({ $0 }) { return queue }
        let path = "projects/\(project)/subscriptions/\(name)"
        guard let subscription = try await PubSubAdministration(caller: caller).subscription(path) else { return nil }
        let queue = PubSubQueue(
            topic: "projects/\(project)/topics/\(name)",
            subscription: path,
            isExactlyOnce: subscription.isExactlyOnce,
            caller: caller
        )
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

    private func each<Item>(
        _ items: [Item],
        _ call: (PubSubQueue) async -> [Result<Void, Fault>]
    ) async -> [Result<Void, Fault>] {
        guard !items.isEmpty else { return [] }
        do throws(Fault) { return await call(try await queue()) } catch {
            return items.map { _ in .failure(error) }
        }
    }

    private func queue() async throws(Fault) -> PubSubQueue {
        guard let queue = try await find() else {
            throw .reject("pubsub.getSubscription", "there is no subscription \(name) in the project \(project)")
        }
        return queue
    }
}
