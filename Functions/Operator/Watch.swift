import Pipeline
import StageRuntime

/// Follows assets to their final state, with one line of progress.
struct Watch {
    let session: Session
    let catalog: any Catalog
    let isQuiet: Bool

    private static let period: Duration = .milliseconds(300)

    /// Waits until all assets are known and none is at work, and until what was just uploaded is what was looked at.
    ///
    /// - Throws: a failure, where that takes longer than `limit`.
    func untilFinal(_ ids: [AssetID], limit: Duration) async throws -> [AssetStatus] {
        let end = ContinuousClock.now + limit
        let start = ContinuousClock.now
        while true {
            let statuses = try await catalog.statuses(of: session.settings.tenant, ids: ids, atMost: ids.count)
            let open = statuses.filter { $0.asset.state == .processing }
            show(statuses, of: ids.count, open, since: start)
            let isSettled = ContinuousClock.now - start > .seconds(1)
            if statuses.count == ids.count && open.isEmpty && isSettled {
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
