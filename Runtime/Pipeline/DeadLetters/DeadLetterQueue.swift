/// One stage's dead letters, each looked at once; those that stay are hidden from others only meanwhile.
package struct DeadLetterQueue: Sendable {
    /// Looked at in one go: what was looked at stays hidden until the end.
    package static let letterCount = 10_000
    private static let batchCount = 10
    /// Long enough to act upon a batch, and to see the whole of a queue of ordinary length.
    private static let lease: Duration = .seconds(60)
    /// An answer that is empty at once may only be that of one of the service's hosts.
    private static let wait: Duration = .seconds(1)

    private let stage: StageName
    private let queue: any Queue
    private let setting: StageSetting

    package init(stage: StageName, queue: any Queue, setting: StageSetting) {
        self.stage = stage
        self.queue = queue
        self.setting = setting
    }

    /// Looks at every letter until there are no more.
    ///
    /// - Parameter decide: what becomes of a letter; where it throws, the letter is kept.
    /// - Returns: how many letters could not be taken off the queue although that was decided: they come again.
    /// - Throws: what `decide` throws, and what the queue does; all letters have been given back then.
    package func visit(_ decide: (DeadLetter) async throws -> DeadLetterDecision) async throws -> Int {
        var held: [String: Receipt] = [:]
        do {
            let unsettledCount = try await visit(holding: &held, decide)
            await release(held)
            return unsettledCount
        } catch {
            await release(held)
            throw error
        }
    }

    private func visit(
        holding held: inout [String: Receipt],
        _ decide: (DeadLetter) async throws -> DeadLetterDecision
    ) async throws -> Int {
        var unsettledCount = 0
        var seen: Set<String> = []
        while seen.count < Self.letterCount {
            let batch = try await queue.receive(atMost: Self.batchCount, wait: Self.wait, lease: Self.lease)
            guard !batch.isEmpty else { return unsettledCount }
            for delivery in batch { held[delivery.messageID] = delivery.receipt }
            for delivery in batch where seen.insert(delivery.messageID).inserted {
                switch try await decide(DeadLetter(delivery, stage: stage, setting: setting)) {
                case .keep: break
                case .stop: return unsettledCount
                case .remove:
                    held[delivery.messageID] = nil
                    if await !remove(delivery) { unsettledCount += 1 }
                }
            }
        }
        return unsettledCount
    }

    private func remove(_ delivery: Delivery) async -> Bool {
        // Of its own: what was sent on must go, also where the command is being stopped.
        let result = await Task { await queue.acknowledge([delivery.receipt]) }.value.first
        if case .success? = result { return true }
        return false
    }

    private func release(_ held: [String: Receipt]) async {
        // One whose lease has run out meanwhile is back already.
        _ = await Task { await queue.release(Array(held.values), after: .zero) }.value
    }
}
