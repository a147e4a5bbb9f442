package import FoundationEssentials

/// A message that is committed with the rows it tells of, and sent afterwards.
package struct OutboxMessage: Hashable, Sendable {
    /// UUID, the envelope's.
    package let id: String
    package let stage: StageName
    /// The lane of the message whose run wrote it.
    package let lane: Lane
    package let body: Data

    package init(id: String, stage: StageName, lane: Lane = .interactive, body: Data) {
        self.id = id
        self.stage = stage
        self.lane = lane
        self.body = body
    }
}
