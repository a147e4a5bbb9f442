import Pipeline
import StageRuntime

/// Follows assets to their final state, with one line of progress.
struct Watch {
    let session: Session
    let catalog: any Catalog
    let isQuiet: Bool

    private static let period: Duration = .milliseconds(300)

    /// What was uploaded, and what was known before.
    struct Expected {
        let id: AssetID
        let digest: Digest
        let known: Asset?

        /// Whether an asset is what was uploaded, at its end. Bytes that could not be read the last time are tried again;
        /// those that were at work when they came again are not.
        func isMet(by asset: Asset) -> Bool {
            guard asset.state != .processing, asset.source.digest == digest else { return false }
            let isAsBefore = asset.generation == known?.generation
            return !isAsBefore || asset.state == .complete || known?.state == .processing
        }
    }

    /// Waits until everything that was uploaded has reached its final state.
    ///
    /// - Throws: a failure, where that takes longer than `limit`.
    func untilFinal(_ expected: [Expected], limit: Duration) async throws -> [AssetStatus] {
        let ids = expected.map(\.id)
        let end = ContinuousClock.now + limit
        let start = ContinuousClock.now
        while true {
            let statuses = try await catalog.statuses(of: session.settings.tenant, ids: ids, atMost: ids.count)
            let open = statuses.filter { status in
                expected.contains { $0.id == status.asset.id && !$0.isMet(by: status.asset) }
            }
            show(statuses, of: ids.count, open, since: start)
            if statuses.count == ids.count && open.isEmpty {
                clear()
                return ids.compactMap { id in statuses.first { $0.asset.id == id } }
            }
            guard ContinuousClock.now < end else {
                clear()
                throw Failure("\(ids.count - statuses.count + open.count) of \(ids.count) files are not ready in time")
            }
            try await Task.sleep(for: Self.period)
        }
    }

    private func show(
        _ statuses: [AssetStatus],
        of count: Int,
        _ open: [AssetStatus],
        since start: ContinuousClock.Instant
    ) {
        guard !isQuiet, StandardStream.error.isTerminal else { return }
        let seconds = (ContinuousClock.now - start).components.seconds
        let first = open.first.map { "  \($0.asset.source.key): \(StatusTable.summary($0))" } ?? ""
        let line = "\(statuses.count - open.count) of \(count) ready, \(seconds) s\(first)"
        try? StandardStream.error.write(text: "\r\u{1B}[K\(line.prefix(150))")
    }

    private func clear() {
        guard !isQuiet, StandardStream.error.isTerminal else { return }
        try? StandardStream.error.write(text: "\r\u{1B}[K")
    }
}
