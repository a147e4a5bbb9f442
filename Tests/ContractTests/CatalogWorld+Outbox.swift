import Pipeline

extension CatalogWorld {
    /// Which of these messages a sweep finds.
    ///
    /// Tests share PostgreSQL's outbox, and a sweep leaves out what another has in its hands at that moment: it is asked
    /// again, for some seconds, while one of `wanted` is missing.
    func unsent(of messages: [OutboxMessage], until wanted: [OutboxMessage]) async throws -> [OutboxMessage] {
        let ids = Set(messages.map(\.id))
        let end = ContinuousClock.now + .seconds(5)
        while true {
            let stages = messages.map(\.stage)
            let found = try await catalog.unsent(to: stages, olderThan: .zero, atMost: 10_000)
                .filter { ids.contains($0.id) }
            guard !wanted.allSatisfy(found.contains), ContinuousClock.now < end else { return found }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
