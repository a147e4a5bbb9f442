package import FoundationEssentials

/// A message that was given up, as it stands on a stage's dead-letter queue.
package struct DeadLetter: Sendable {
    /// The stage that it was for.
    package let stage: StageName
    /// The service's id of the message.
    package let id: String
    /// Of the fault that ended it; "unknown" where the service itself moved it.
    package let faultClass: String
    /// For a person; nil where nobody has said.
    package let reason: String?
    /// The build that gave it up.
    package let build: String?
    /// When it was given up, in Unix time; nil where the service does not say.
    package let sentMilliseconds: Int64?
    /// The lane that it came by.
    package let lane: Lane
    package let body: Data
    /// What travelled beside the body before it was given up.
    package let attributes: [String: String]
    package let orderingKey: String?
    /// What it asks for; empty where its body can't be read.
    package let runs: [RunKey]

    /// - Parameters:
    ///   - delivery: from the dead-letter queue.
    ///   - stage: whose queue that is.
    ///   - setting: what object events leave out.
    package init(_ delivery: Delivery, stage: StageName, setting: StageSetting) {
        self.stage = stage
        id = delivery.messageID
        faultClass = delivery.attributes[DeathNotice.faultClass] ?? "unknown"
        reason = delivery.attributes[DeathNotice.reason]
        build = delivery.attributes[DeathNotice.build]
        sentMilliseconds = delivery.attributes[Delivery.sentTimestamp].flatMap { Int64($0) }
        lane = delivery.attributes[DeathNotice.lane].flatMap(Lane.init) ?? .interactive
        body = delivery.body
        attributes = DeathNotice.without(delivery.attributes)
        orderingKey = delivery.orderingKey
        runs = RunKey.asked(by: body, attributes: attributes, of: stage, setting: setting)
    }

    /// Whether its body is what stages send each other, or an object store's event.
    package var isReadable: Bool { !runs.isEmpty }
}
