import FoundationEssentials
import Testing

@Suite struct FaultTests {
    private static let variables = ProcessInfo.processInfo.environment
    private static let seedCount = variables["MEDIA_SIMULATION_SEEDS"].flatMap(UInt64.init) ?? 2000

    private static var seeds: [UInt64] {
        if let seed = variables["MEDIA_SIMULATION_SEED"].flatMap(UInt64.init) { return [seed] }
        return Array(0..<seedCount)
    }

    @Test func whateverGoesWrongEveryRunEndsOnceAndNothingIsLeft() async throws {
        let seeds = Self.seeds
        let half = seeds.count / 2
        async let first = outcome(of: seeds[..<half])
        async let second = outcome(of: seeds[half...])
        let outcomes = try await [first, second]
        let failures = outcomes.flatMap(\.failures)
        let counts = outcomes.map(\.counts).reduce(into: [:]) { $0.merge($1) { $0 + $1 } }
        let happened = outcomes.map(\.happened).reduce(into: [:]) { $0.merge($1) { $0 + $1 } }
        let faults = FaultKind.allCases.map { "\($0) \(counts[$0, default: 0])" }.joined(separator: ", ")
        let happenings = Happening.allCases.map { "\($0) \(happened[$0, default: 0])" }.joined(separator: ", ")
        print("simulation: \(seeds.count) seeds; faults injected: \(faults); seen: \(happenings)")
        #expect(failures.isEmpty, "\(failures.count) seeds, the first:\n\(failures.prefix(10).joined(separator: "\n"))")
        guard seeds.count >= 100 else { return }
        #expect(FaultKind.allCases.allSatisfy { counts[$0, default: 0] > 0 })
        #expect(Happening.allCases.allSatisfy { happened[$0, default: 0] > 0 })
    }

    @Test func aSeedGivesTheSameHistoryEachTime() async throws {
        for seed in UInt64(0)..<24 {
            let (first, second) = (FaultySimulation(seed: seed), FaultySimulation(seed: seed))
            _ = try await (first.run(), second.run())
            #expect(first.history.lines.count > 20)
            #expect(first.history.lines == second.history.lines)
            #expect(first.chaos.counts == second.chaos.counts)
        }
    }

    @concurrent private func outcome(
        of seeds: ArraySlice<UInt64>
    ) async throws -> Outcome {
        var outcome = Outcome()
        for seed in seeds {
            let simulation = FaultySimulation(seed: seed)
            let isQuiet = try await simulation.run()
            let violations = await simulation.violations() + (isQuiet ? [] : ["it never comes to rest"])
            if !violations.isEmpty {
                let again = "run it again: MEDIA_SIMULATION_SEED=\(seed) swift test --filter SimulationTests"
                outcome.failures.append("seed \(seed): \(violations.joined(separator: "; ")); \(again)")
            }
            outcome.counts.merge(simulation.chaos.counts) { $0 + $1 }
            outcome.happened.merge(simulation.chaos.happened) { $0 + $1 }
        }
        return outcome
    }

    private struct Outcome: Sendable {
        var failures: [String] = []
        var counts: [FaultKind: Int] = [:]
        var happened: [Happening: Int] = [:]
    }
}
