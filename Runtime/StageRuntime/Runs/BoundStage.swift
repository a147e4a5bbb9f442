internal import FoundationEssentials
internal import Pipeline

/// A stage without its type: what the runtime does with messages is the same for every stage, and compiled once.
final class BoundStage: Sendable {
    /// What one message asks for.
    final class Run: Sendable {
        let key: RunKey
        /// Of the envelope.
        let messageID: String
        /// RFC 3339, as the envelope has it.
        let sent: String
        /// W3C trace context of the message.
        let traceparent: String?
        let handle: @Sendable (StageContext) async throws -> Effects

        init(
            key: RunKey,
            messageID: String,
            sent: String,
            traceparent: String?,
            handle: @escaping @Sendable (StageContext) async throws -> Effects
        ) {
            self.key = key
            self.messageID = messageID
            self.sent = sent
            self.traceparent = traceparent
            self.handle = handle
        }
    }

    let name: StageName
    /// Of the events that it takes.
    let kind: EventKind
    let revision: Int
    let limits: StageLimits
    let sends: [StageName]
    private let read: @Sendable (Data, [String: String], StageSetting) throws(Fault) -> [Run]

    init<S: Stage>(_ stage: S) {
        name = S.name
        kind = S.Input.kind
        revision = S.revision
        limits = S.limits
        sends = S.sends
        read = { body, attributes, setting throws(Fault) in
            let envelopes = try stage.open(body, attributes: attributes, setting: setting)
            return envelopes.map { envelope in
                Run(
                    key: RunKey(
                        tenant: envelope.tenant,
                        asset: envelope.asset,
                        generation: envelope.generation,
                        name: RunName(S.name, part: envelope.payload.part)
                    ),
                    messageID: envelope.id,
                    sent: envelope.sent,
                    traceparent: envelope.traceparent,
                    handle: { try await stage.handle(envelope.payload, in: $0) }
                )
            }
        }
    }

    /// Reads a message.
    ///
    /// - Throws: reject with a reason for a person.
    func open(
        _ body: Data,
        attributes: [String: String],
        setting: StageSetting
    ) throws(Fault) -> [Run] { try read(body, attributes, setting) }
}
