package import FoundationEssentials

/// A message that is committed with the rows it tells of, and sent afterwards.
package struct OutboxMessage: Hashable, Sendable {
    /// UUID, the envelope's.
    package let id: String
    package let stage: StageName
    package let body: Data

    package init(id: String, stage: StageName, body: Data) {
        self.id = id
        self.stage = stage
        self.body = body
    }
}
