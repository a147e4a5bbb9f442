import Pipeline
import Synchronization

/// A queue in real time whose calls are slow, fail, and lose their answers; it counts what a worker holds.
final class RestlessQueue: Queue {
    private struct State {
        var waiting: [Delivery]
        var held: [Receipt: Delivery] = [:]
        var acknowledged: [Delivery] = []
        var receiptCount = 0
        var mostHeld = 0
        var pollCount = 0
    }

    private static let slowestMilliseconds = 4

    private let chaos: Chaos
    private let state: Mutex<State>

    init(_ deliveries: [Delivery], chaos: Chaos) {
        self.chaos = chaos
        state = Mutex(State(waiting: deliveries))
    }

    /// Messages that were received and that nobody has asked to settle.
    var heldCount: Int { state.withLock { $0.held.count } }
    var mostHeldCount: Int { state.withLock { $0.mostHeld } }
    var acknowledged: [Delivery] { state.withLock { $0.acknowledged } }
    /// Polls under way.
    var pollCount: Int { state.withLock { $0.pollCount } }

    func receive(atMost count: Int, wait: Duration, lease: Duration) async throws(Fault) -> [Delivery] {
        state.withLock { $0.pollCount += 1 }
        defer { state.withLock { $0.pollCount -= 1 } }
        if chaos.strikes(.queueCallFails) { throw .retry("simulation.receive") }
        let end = ContinuousClock.now + wait
        while true {
            let deliveries = take(atMost: count)
            if !deliveries.isEmpty || ContinuousClock.now > end { return deliveries }
            do { try await Task.sleep(for: .milliseconds(2)) } catch { throw .retry("receive", underlying: error) }
        }
    }

    func extend(_ receipts: [Receipt], lease: Duration) async -> [Result<Void, Fault>] {
        receipts.map { _ in .success(()) }
    }

    func acknowledge(_ receipts: [Receipt]) async -> [Result<Void, Fault>] {
        await settle(receipts) { state, delivery in state.acknowledged.append(delivery) }
    }

    func release(_ receipts: [Receipt], after delay: Duration) async -> [Result<Void, Fault>] {
        await settle(receipts) { state, delivery in state.waiting.append(delivery) }
    }

    func send(_ messages: [OutgoingMessage]) async -> [Result<Void, Fault>] { messages.map { _ in .success(()) } }

    private func take(atMost count: Int) -> [Delivery] {
        state.withLock { state in
            let batch = state.waiting.prefix(count).map { delivery in
                state.receiptCount += 1
                return Delivery(
                    messageID: delivery.messageID,
                    receipt: Receipt(rawValue: "receipt-\(state.receiptCount)"),
                    body: delivery.body,
                    receiveCount: delivery.receiveCount + 1
                )
            }
            state.waiting.removeFirst(batch.count)
            for delivery in batch { state.held[delivery.receipt] = delivery }
            state.mostHeld = max(state.mostHeld, state.held.count)
            return batch
        }
    }

    /// Of a message whose settlement has failed the worker knows nothing more: its lease will run out.
    private func settle(
        _ receipts: [Receipt],
        _ effect: @Sendable (inout State, Delivery) -> Void
    ) async -> [Result<Void, Fault>] {
        try? await Task.sleep(for: .milliseconds(chaos.number(in: 0...Self.slowestMilliseconds)))
        return receipts.map { receipt in
            let fails = chaos.strikes(.queueCallFails)
            state.withLock { state in
                guard let delivery = state.held.removeValue(forKey: receipt), !fails else { return }
                effect(&state, delivery)
            }
            return fails || chaos.strikes(.queueAnswerLost) ? .failure(.retry("simulation.settle")) : .success(())
        }
    }
}
