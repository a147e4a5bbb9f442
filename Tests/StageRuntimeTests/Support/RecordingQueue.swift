import Pipeline
import Synchronization

/// A queue that gives out what it is told to, and remembers what it is asked.
final class RecordingQueue: Queue {
    enum Call: Equatable {
        case receive(Int)
        case extend([Receipt])
        case acknowledge([Receipt])
        case release([Receipt], Duration)
        case send(Int)
    }

    private struct State {
        var calls: [Call] = []
        var waiting: [Delivery] = []
        var sent: [OutgoingMessage] = []
    }

    private let state = Mutex(State())
    let longestHold: Duration?
    /// Whether its answers leave out every message.
    let answersNothing: Bool
    /// What a call does besides; a fault fails it.
    let meanwhile: @Sendable (Call) async throws(Fault) -> Void

    init(
        longestHold: Duration? = nil,
        answersNothing: Bool = false,
        meanwhile: @escaping @Sendable (Call) async throws(Fault) -> Void = { _ in }
    ) {
        self.longestHold = longestHold
        self.answersNothing = answersNothing
        self.meanwhile = meanwhile
    }

    var calls: [Call] { state.withLock { $0.calls } }
    var sent: [OutgoingMessage] { state.withLock { $0.sent } }

    func add(_ deliveries: [Delivery]) { state.withLock { $0.waiting += deliveries } }

    func receive(atMost count: Int, wait: Duration, lease: Duration) async throws(Fault) -> [Delivery] {
        try await note(.receive(count))
        let end = ContinuousClock.now + wait
        while true {
            let batch = state.withLock { state in
                let batch = Array(state.waiting.prefix(count))
                state.waiting.removeFirst(batch.count)
                return batch
            }
            if !batch.isEmpty || ContinuousClock.now > end { return batch }
            do { try await Task.sleep(for: .milliseconds(2)) } catch { throw .retry("receive", underlying: error) }
        }
    }

    func extend(_ receipts: [Receipt], lease: Duration) async -> [Result<Void, Fault>] {
        await answer(.extend(receipts), receipts.count)
    }

    func acknowledge(_ receipts: [Receipt]) async -> [Result<Void, Fault>] {
        await answer(.acknowledge(receipts), receipts.count)
    }

    func release(_ receipts: [Receipt], after delay: Duration) async -> [Result<Void, Fault>] {
        await answer(.release(receipts, delay), receipts.count)
    }

    func send(_ messages: [OutgoingMessage]) async -> [Result<Void, Fault>] {
        state.withLock { $0.sent += messages }
        return await answer(.send(messages.count), messages.count)
    }

    private func note(_ call: Call) async throws(Fault) {
        state.withLock { $0.calls.append(call) }
        try await meanwhile(call)
    }

    private func answer(_ call: Call, _ count: Int) async -> [Result<Void, Fault>] {
        do throws(Fault) {
            try await note(call)
            return answersNothing ? [] : (0..<count).map { _ in .success(()) }
        } catch {
            return (0..<count).map { _ in .failure(error) }
        }
    }
}
