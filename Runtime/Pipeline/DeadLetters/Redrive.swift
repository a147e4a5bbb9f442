/// Sends dead letters back to their stage, and opens the runs again that they ask for.
package struct Redrive: Sendable {
    private let catalog: any Catalog
    private let queue: @Sendable (Lane) -> any Queue

    /// - Parameters:
    ///   - catalog: whose ledger says that the runs have failed.
    ///   - queue: the stage's own, by lane.
    package init(catalog: any Catalog, queue: @escaping @Sendable (Lane) -> any Queue) {
        self.catalog = catalog
        self.queue = queue
    }

    /// Sends one letter back; the caller takes it off its queue afterwards, so that none is lost in between.
    ///
    /// - Returns: false where nothing was sent: none of the letter's runs can be claimed any more.
    /// - Throws: the catalog's fault or the queue's; the same may be done again.
    package func send(_ letter: DeadLetter) async throws(Fault) -> Bool {
        // One that can't be read is in no ledger: another build may be able to.
        var isOpen = !letter.isReadable
        for run in letter.runs where try await catalog.reopen(run) { isOpen = true }
        guard isOpen else { return false }
        let message = OutgoingMessage(
            body: letter.body,
            attributes: letter.attributes,
            orderingKey: letter.orderingKey
        )
        guard let result = await queue(letter.lane).send([message]).first else { throw .retry("redrive.send") }
        try result.get()
        return true
    }
}
