import Testing

/// Holds a suite's tests to a contract: known deviations must show, and every outcome goes into the table.
struct ContractTrait: SuiteTrait, TestTrait, TestScoping {
    let contract: Contract
    let isRecursive = true

    @concurrent func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        let property = String(test.name.prefix { $0 != "(" })
        let run = ContractRun()
        if contract.isHeavy { await Turn.heavy.take() }
        defer { if contract.isHeavy { Task { await Turn.heavy.give() } } }
        do {
            try await ContractRun.$current.withValue(run) {
                try await withKnownIssue(isIntermittent: true) {
                    try await function()
                } matching: { _ in
                    run.takeIssue()
                    return run.server.flatMap { Deviation.known($0, property) } != nil
                }
            }
        } catch {
            record(run, property)
            throw error
        }
        record(run, property)
    }

    private func record(_ run: ContractRun, _ property: String) {
        guard let server = run.server else { return }
        let deviation = Deviation.known(server, property)
        if deviation != nil, !run.hasIssues {
            Issue.record("\(server.rawValue) has this property by now: take its line out of Deviation.all")
        }
        let outcome: ContractTable.Outcome =
            run.hasIssues ? deviation.map { .deviates($0.reason) } ?? .failed : .passed
        ContractTable.shared.record(contract, property, server, outcome)
    }
}

extension Trait where Self == ContractTrait {
    static func contract(_ contract: Contract) -> Self { ContractTrait(contract: contract) }
}
