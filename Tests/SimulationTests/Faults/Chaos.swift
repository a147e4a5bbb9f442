import Synchronization

/// Decides by a seed what goes wrong, and counts it.
final class Chaos: Sendable {
    private struct State {
        var random: SeededGenerator
        var counts: [FaultKind: Int] = [:]
        var happened: [Happening: Int] = [:]
        var isOver = false
    }

    private let state: Mutex<State>

    init(seed: UInt64) { state = Mutex(State(random: SeededGenerator(seed: seed))) }

    var counts: [FaultKind: Int] { state.withLock { $0.counts } }
    var happened: [Happening: Int] { state.withLock { $0.happened } }

    func note(_ happening: Happening) { state.withLock { $0.happened[happening, default: 0] += 1 } }

    /// Nothing goes wrong from now on.
    func end() { state.withLock { $0.isOver = true } }

    /// Whether this goes wrong here and now.
    func strikes(_ kind: FaultKind) -> Bool {
        state.withLock { state in
            guard !state.isOver, Int.random(in: 0..<kind.rarity, using: &state.random) == 0 else { return false }
            state.counts[kind, default: 0] += 1
            return true
        }
    }

    func number(in range: ClosedRange<Int>) -> Int {
        state.withLock { Int.random(in: range, using: &$0.random) }
    }
}
