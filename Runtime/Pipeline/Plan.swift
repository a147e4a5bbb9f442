/// One (stage, part) in an asset's ledger.
package struct RunName: Hashable, Codable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    package let stage: StageName
    /// Tells apart several runs of one stage; empty where there is one.
    package let part: String

    package init(_ stage: StageName, part: String = "") {
        self.stage = stage
        self.part = part
    }

    package init(stringLiteral stage: String) { self.init(StageName(rawValue: stage)) }

    package var description: String { part.isEmpty ? stage.rawValue : "\(stage)/\(part)" }
}

/// A run that an asset needs.
package struct PlannedRun: Hashable, Codable, Sendable {
    package let name: RunName
    /// The run whose outputs it reads: when that one fails for good, this one is skipped.
    package let after: RunName?

    package init(_ name: RunName, after: RunName? = nil) {
        self.name = name
        self.after = after
    }
}

/// What is to be done for one asset; the ledger's rows at the start.
package struct Plan: Hashable, Codable, Sendable {
    package let runs: [PlannedRun]

    /// - Throws: reject, where a run stands twice, or waits for one that does not stand before it.
    package init(_ runs: [PlannedRun]) throws(Fault) {
        var seen: Set<RunName> = []
        for run in runs {
            if let after = run.after, !seen.contains(after) {
                throw .reject("plan", "\(run.name) waits for \(after), which is not planned before it")
            }
            guard seen.insert(run.name).inserted else { throw .reject("plan", "\(run.name) is planned twice") }
        }
        self.runs = runs
    }

    /// All runs that can't happen once `failed` has failed for good, in plan order.
    package func dependents(of failed: RunName) -> [RunName] {
        var lost: Set<RunName> = [failed]
        return runs.compactMap { run in
            guard let after = run.after, lost.contains(after) else { return nil }
            lost.insert(run.name)
            return run.name
        }
    }
}
