internal import FoundationEssentials
package import Pipeline

/// The only writer: applies a run's effects, in order, and sends what the catalog has put into its outbox.
package final class Committer: Sendable {
    private let stage: StageName
    private let allowed: [StageName]
    private let destinations: [StageName]
    private let objects: any ObjectStore
    private let catalog: any Catalog
    private let queues: @Sendable (StageName, Lane) -> any Queue
    private let now: @Sendable () -> Int64
    private let claimCheck: ClaimCheck

    package convenience init<S: Stage>(_ world: World, stage: S.Type) {
        self.init(world, stage: S.name, sends: S.sends)
    }

    init(_ world: World, stage: StageName, sends: [StageName]) {
        self.stage = stage
        self.allowed = sends
        destinations = StageName.destinations(of: stage, sending: sends)
        self.objects = world.objects
        self.catalog = world.catalog
        self.queues = world.queues
        self.now = world.now
        claimCheck = ClaimCheck(world)
    }

    /// Commits a run's effects: objects first, then all else in one transaction; then sends.
    ///
    /// - Throws: the catalog's or the object store's fault; nothing is visible then but objects that nothing names.
    package func commit(
        _ effects: Effects,
        of claim: Claim,
        lane: Lane = .interactive,
        traceparent: String?
    ) async throws(Fault) {
        for object in effects.objects {
            let bytes = try await object.source.read(at: 0, count: Int(object.source.byteCount))
            _ = try await objects.putIfAbsent(object.key, bytes, contentType: object.contentType)
        }
        var messages: [OutboxMessage] = []
        for event in effects.events {
            guard allowed.contains(event.stage) else {
                throw .reject("commit", "\(stage) may not send to \(event.stage)")
            }
            messages.append(try await message(event.event, event, of: claim.run, lane, traceparent))
        }
        let commit = Commit(
            claim: claim,
            rows: effects.rows,
            messages: messages,
            isEmpty: effects.isEmpty,
            note: effects.note,
            completion: self.completion(of: claim.run, lane, traceparent)
        )
        await send(try await catalog.commit(commit))
    }

    /// Ends a run for good as failed.
    ///
    /// - Throws: the catalog's fault.
    package func fail(
        _ claim: Claim,
        fault: Fault,
        lane: Lane = .interactive,
        traceparent: String?
    ) async throws(Fault) {
        let completion = completion(of: claim.run, lane, traceparent)
        await send(try await catalog.fail(claim, fault: fault, completion: completion))
    }

    /// Sends what a crash or a fault left in the outbox, to the stages that this one sends to.
    ///
    /// - Returns: how many messages were found.
    /// - Throws: the catalog's fault.
    package func sweep(olderThan age: Duration, atMost count: Int) async throws(Fault) -> Int {
        let messages = try await catalog.unsent(to: destinations, olderThan: age, atMost: count)
        await send(messages)
        return messages.count
    }

    /// A message that can't be sent or marked stays in the outbox: the sweeper finds it, and twice sent is harmless.
    private func send(_ messages: [OutboxMessage]) async {
        guard !messages.isEmpty else { return }
        var sent: [String] = []
        let groups = Dictionary(grouping: messages) { Address(stage: $0.stage, lane: $0.lane) }
        for (address, group) in groups.sorted(by: { $0.key.order < $1.key.order }) {
            let results = await queues(address.stage, address.lane).send(group.map { OutgoingMessage(body: $0.body) })
            for (message, result) in zip(group, results) {
                if case .success = result { sent.append(message.id) }
            }
        }
        guard !sent.isEmpty else { return }
        try? await catalog.markSent(sent)
    }

    private struct Address: Hashable {
        let stage: StageName
        let lane: Lane

        var order: (String, String) { (stage.rawValue, lane.rawValue) }
    }

    private func completion(of run: RunKey, _ lane: Lane, _ traceparent: String?) -> OutboxMessage? {
        guard run.generation > 0, run.name.stage != "publish" else { return nil }
        let event = OutgoingEvent(AssetCompleted(), to: "publish")
        let envelope = envelope(AssetCompleted(), event, of: run, traceparent)
        // It has no payload: nothing of it can fail.
        guard let body = try? envelope.encoded() else { return nil }
        return OutboxMessage(id: envelope.id, stage: event.stage, lane: lane, body: body)
    }

    private func message<Payload: Event>(
        _ payload: Payload,
        _ event: OutgoingEvent,
        of run: RunKey,
        _ lane: Lane,
        _ traceparent: String?
    ) async throws(Fault) -> OutboxMessage {
        let envelope = envelope(payload, event, of: run, traceparent)
        let body = try await claimCheck.body(of: envelope)
        return OutboxMessage(id: envelope.id, stage: event.stage, lane: lane, body: body)
    }

    private func envelope<Payload: Event>(
        _ payload: Payload,
        _ event: OutgoingEvent,
        of run: RunKey,
        _ traceparent: String?
    ) -> Envelope<Payload> {
        let time = now()
        var random = SystemRandomNumberGenerator()
        return Envelope(
            id: MessageID.make(unixMilliseconds: time, using: &random),
            tenant: run.tenant,
            asset: event.asset ?? run.asset,
            generation: event.generation ?? run.generation,
            traceparent: traceparent,
            sent: Timestamp.rfc3339(unixMilliseconds: time),
            payload: payload
        )
    }
}
