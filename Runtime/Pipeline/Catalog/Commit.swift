/// What one transaction writes when a run has ended well.
package struct Commit: Sendable {
    package let claim: Claim
    package let rows: [CatalogWrite]
    package let messages: [OutboxMessage]
    /// Whether the run found nothing.
    package let isEmpty: Bool
    /// What a person should know although the run has ended well: the file was cut short.
    package let note: String?
    /// Goes out with this commit, if it is the one that closes the generation's ledger.
    /// Made only where it goes out.
    package let completion: @Sendable () -> OutboxMessage?

    package init(
        claim: Claim,
        rows: [CatalogWrite],
        messages: [OutboxMessage],
        isEmpty: Bool,
        note: String? = nil,
        completion: @autoclosure @escaping @Sendable () -> OutboxMessage?
    ) {
        self.claim = claim
        self.rows = rows
        self.messages = messages
        self.isEmpty = isEmpty
        self.note = note
        self.completion = completion
    }
}
