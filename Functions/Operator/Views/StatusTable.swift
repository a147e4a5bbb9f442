import Pipeline

/// Assets and their runs, one line each, for people.
enum StatusTable {
    /// - Parameters:
    ///   - statuses: one line each.
    ///   - originals: assets that are not among them, but that some are copies of.
    /// - Returns: lines without an end of line.
    static func text(_ statuses: [AssetStatus], originals: [Asset] = []) -> String {
        guard !statuses.isEmpty else { return "nothing is here yet: media put FILE..." }
        let names = Dictionary((statuses.map(\.asset) + originals).map { ($0.id, $0.shortName) }) { first, _ in first }
        let width = statuses.map { $0.asset.shortName.count }.max() ?? 0
        return statuses.map { status in
            let name = status.asset.shortName
            let padding = String(repeating: " ", count: width - name.count)
            return "\(name)\(padding)  \(summary(status, names))"
        }.joined(separator: "\n")
    }

    /// "complete", "failed: why", or what is at work and how long it will take.
    static func summary(_ status: AssetStatus, _ names: [AssetID: String] = [:]) -> String {
        let asset = status.asset
        let length = asset.facts?.durationMilliseconds.map { " \(clock($0))" } ?? ""
        let kind = asset.facts.map { "\($0.kind.rawValue)\(length)  " } ?? ""
        if let original = asset.copyOf {
            return "\(asset.state.rawValue)  exact copy of \(names[original] ?? original.rawValue)"
        }
        guard asset.state == .processing else {
            return line("\(kind)\(asset.state.rawValue)", asset.reason)
        }
        return "\(kind)processing  \(status.runs.map(word).joined(separator: "  "))"
    }

    /// A run, how often it was begun, and its last fault.
    static func text(_ row: LedgerRow) -> String {
        line("  \(row.run.name)  \(row.state.rawValue)  attempts \(row.attempts)", row.reason)
    }

    private static func line(_ words: String, _ reason: String?) -> String {
        words + (reason.map { ": \($0.printable)" } ?? "")
    }

    private static func word(_ row: LedgerRow) -> String {
        let name = row.run.name.description
        switch row.state {
        case .pending: return "\(name) –"
        case .done: return "\(name) ✓"
        case .empty: return "\(name) ∅"
        case .failed: return "\(name) ✗"
        case .skipped, .stale: return "\(name) skipped"
        case .running:
            guard let progress = row.progress, progress > 0 else { return "\(name) …" }
            return "\(name) \(Int(progress * 100)) %\(remaining(row, progress))"
        }
    }

    private static func remaining(_ row: LedgerRow, _ progress: Double) -> String {
        guard let elapsed = row.elapsedMilliseconds, progress > 0.02, progress < 1 else { return "" }
        return " (\(clock(Int(Double(elapsed) / progress * (1 - progress)))) left)"
    }

    static func clock(_ milliseconds: Int) -> String {
        let seconds = milliseconds / 1000
        let minutes = "\(seconds / 60)"
        return "\(minutes):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
    }
}
