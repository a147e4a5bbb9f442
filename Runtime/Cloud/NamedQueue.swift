package import Pipeline
internal import Synchronization

/// A queue that is known by its name: the service is asked about it once, when it is first used.
package final class NamedQueue<Found: Queue>: Queue {
    private let missing: Fault
    private let look: @Sendable () async throws(Fault) -> Found?
    private let found = Mutex<Found?>(nil)

    package let longestHold: Duration?
    package let attributeCount: Int

    /// Makes a queue that nobody was asked about yet.
    ///
    /// - Parameters:
    ///   - longestHold: of the service.
    ///   - attributeCount: of the service.
    ///   - missing: what is thrown where there is none of that name.
    ///   - look: asks the service.
    init(
        longestHold: Duration?,
        attributeCount: Int,
        missing: Fault,
        look: @escaping @Sendable () async throws(Fault) -> Found?
    ) {
        self.longestHold = longestHold
        self.attributeCount = attributeCount
        self.missing = missing
        self.look = look
    }

    /// Looks the queue up.
    ///
    /// - Returns: nil where there is none of that name.
    /// - Throws: as the service's error says.
    package func find() async throws(Fault) -> Found? {
        if let queue = found.withLock({ $0 }) { return queue }
        guard let queue = try await look() else { return nil }
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
        _ call: (Found) async -> [Result<Void, Fault>]
    ) async -> [Result<Void, Fault>] {
        guard !items.isEmpty else { return [] }
        do throws(Fault) { return await call(try await queue()) } catch {
            return items.map { _ in .failure(error) }
        }
    }

    private func queue() async throws(Fault) -> Found {
        guard let queue = try await find() else { throw missing }
        return queue
    }
}
