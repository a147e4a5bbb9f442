import FoundationEssentials
import Pipeline

/// One worker's way to a queue, on which messages come twice, late and in any order, and answers get lost.
struct FaultyQueue: Queue {
    let inner: MemoryQueue
    let stage: StageName
    let isDeadLetters: Bool
    let life: Life
    let chaos: Chaos
    let history: History

    func receive(atMost count: Int, wait: Duration, lease: Duration) async throws(Fault) -> [Delivery] {
        try await life.pause()
        if chaos.strikes(.queueCallFails) { throw .retry("simulation.receive") }
        let deliveries = await inner.receive(atMost: count, wait: wait, lease: lease)
        for delivery in deliveries {
            guard let run = RunKey(message: delivery.body, to: stage) else { continue }
            history.note(.received(stage, delivery.receipt, run, count: delivery.receiveCount))
        }
        try await life.pause()
        if chaos.strikes(.queueAnswerLost) { throw .retry("simulation.receive") }
        return deliveries.count > 1 && chaos.strikes(.reordered) ? deliveries.reversed() : deliveries
    }

    func extend(_ receipts: [Receipt], lease: Duration) async -> [Result<Void, Fault>] {
        await each(receipts) { receipt in
            history.note(.extended(stage, receipt))
            return await inner.extend([receipt], lease: lease)
        }
    }

    func acknowledge(_ receipts: [Receipt]) async -> [Result<Void, Fault>] {
        await each(receipts) { receipt in
            history.note(.acknowledged(stage, receipt))
            return await inner.acknowledge([receipt])
        }
    }

    func release(_ receipts: [Receipt], after delay: Duration) async -> [Result<Void, Fault>] {
        await each(receipts) { receipt in
            history.note(.released(stage, receipt))
            return await inner.release([receipt], after: delay)
        }
    }

    func send(_ messages: [OutgoingMessage]) async -> [Result<Void, Fault>] {
        await each(messages) { message in
            let delay: Duration = chaos.strikes(.delayed) ? .seconds(chaos.number(in: 1...20)) : message.delay
            let message = OutgoingMessage(
                body: message.body,
                attributes: message.attributes,
                delay: delay,
                orderingKey: message.orderingKey
            )
            if let run = RunKey(message: message.body, to: stage) {
                if isDeadLetters { history.note(.buried(run)) }
                if let envelope = try? Envelope<AssetCompleted>.decoded(message.body) {
                    history.note(.completed(run, messageID: envelope.id))
                }
            }
            if !isDeadLetters, chaos.strikes(.duplicate) { _ = await inner.send([message]) }
            return await inner.send([message])
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
