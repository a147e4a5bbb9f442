import FoundationEssentials
import Pipeline

/// One worker's way to a queue, on which messages come twice, late and in any order, and answers get lost.
struct FaultyQueue: Queue {
    /// The lease of all of the simulation's stages.
    static let lease: Duration = .seconds(30)
    /// Copies that are handed over are asked for far later; a service may bring them sooner.
    private static let longestDelaySeconds = 120
    private static let continuation = "MediaContinuation"

    let inner: MemoryQueue
    let route: Route
    let isDeadLetters: Bool
    let longestHold: Duration?
    let life: Life
    let chaos: Chaos
    let history: History

    func depth() async throws(Fault) -> Int? { try await inner.depth() }

    func receive(atMost count: Int, wait: Duration, lease: Duration) async throws(Fault) -> [Delivery] {
        try await life.pause()
        if chaos.strikes(.queueCallFails) { throw .retry("simulation.receive") }
        let deliveries = await inner.receive(atMost: count, wait: wait, lease: lease)
        for delivery in deliveries {
            guard let run = history.run(of: delivery.body, to: route.stage) else { continue }
            let isCopy = delivery.attributes[Self.continuation] != nil
            history.note(.received(route, delivery.receipt, run, count: delivery.receiveCount, isCopy: isCopy))
            if route.lane == .bulk { chaos.note(.bulk) }
            if isCopy { chaos.note(.copyReceived) }
        }
        try await life.pause()
        if chaos.strikes(.queueAnswerLost) { throw .retry("simulation.receive") }
        return deliveries.count > 1 && chaos.strikes(.reordered) ? deliveries.reversed() : deliveries
    }

    func extend(_ receipts: [Receipt], lease: Duration) async -> [Result<Void, Fault>] {
        await each(receipts) { receipt in
            history.note(.extended(route, receipt))
            // Up to a tenth more is asked for, by chance: a seed's history must not hang on it.
            return await inner.extend([receipt], lease: Self.lease)
        }
    }

    func acknowledge(_ receipts: [Receipt]) async -> [Result<Void, Fault>] {
        await each(receipts) { receipt in
            history.note(.acknowledged(route, receipt))
            return await inner.acknowledge([receipt])
        }
    }

    func release(_ receipts: [Receipt], after delay: Duration) async -> [Result<Void, Fault>] {
        await each(receipts) { receipt in
            history.note(.released(route, receipt))
            return await inner.release([receipt], after: delay)
        }
    }

    func send(_ messages: [OutgoingMessage]) async -> [Result<Void, Fault>] {
        await each(messages) { message in
            let message = OutgoingMessage(
                body: message.body,
                attributes: message.attributes,
                delay: delay(of: message),
                orderingKey: message.orderingKey
            )
            if let run = history.run(of: message.body, to: route.stage) { note(message, for: run) }
            if !isDeadLetters, chaos.strikes(.duplicate) { _ = await inner.send([message]) }
            return await inner.send([message])
        }
    }

    private func delay(of message: OutgoingMessage) -> Duration {
        if chaos.strikes(.delayed) { return .seconds(chaos.number(in: 1...20)) }
        let longest = Self.longestDelaySeconds
        return message.delay <= .seconds(longest) ? message.delay : .seconds(chaos.number(in: 1...longest))
    }

    private func note(_ message: OutgoingMessage, for run: RunKey) {
        if ClaimedEnvelope(message.body) != nil { chaos.note(.claimChecked) }
        if isDeadLetters {
            history.note(.buried(run, lane: message.attributes["MediaLane"].flatMap(Lane.init) ?? .interactive))
        } else if message.attributes[Self.continuation] != nil {
            chaos.note(.handedOver)
            history.note(.handedOver(run))
        } else if let envelope = try? Envelope<AssetCompleted>.decoded(message.body) {
            history.note(.completed(run, messageID: envelope.id))
        }
    }

    private func each<Item: Sendable>(
        _ items: [Item],
        _ call: (Item) async -> [Result<Void, Fault>]
    ) async -> [Result<Void, Fault>] {
        var results: [Result<Void, Fault>] = []
        for item in items {
            do throws(Fault) {
                try await life.pause()
                if chaos.strikes(.queueCallFails) { throw .retry("simulation.queue") }
                let answer = await call(item)
                try await life.pause()
                if chaos.strikes(.queueAnswerLost) { throw .retry("simulation.queue") }
                results += answer
            } catch {
                results.append(.failure(error))
            }
        }
        return results
    }
}
