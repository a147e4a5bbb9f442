import Pipeline
import Synchronization

/// Works for a moment, for ever, or deaf to being stopped; counts how much of it goes on at once.
struct RestlessStage: Stage {
    struct Asked: Event {
        static var kind: EventKind { "simulation.asked.v1" }
        let part: String
    }

    /// How many runs of each lane there are now, and have been at most.
    final class Load: Sendable {
        private struct State {
            var running = (all: 0, bulk: 0)
            var most = (all: 0, bulk: 0)
            var deafCount = 0
        }

        private let state = Mutex(State())

        var most: (all: Int, bulk: Int) { state.withLock { $0.most } }
        /// Runs that do not hear it when they are to stop.
        var deafCount: Int { state.withLock { $0.deafCount } }

        func begin(isBulk: Bool) {
            state.withLock { state in
                state.running.all += 1
                state.running.bulk += isBulk ? 1 : 0
                state.most = (max(state.most.all, state.running.all), max(state.most.bulk, state.running.bulk))
            }
        }

        func end(isBulk: Bool) {
            state.withLock { state in
                state.running.all -= 1
                state.running.bulk -= isBulk ? 1 : 0
            }
        }

        func noteDeaf() { state.withLock { $0.deafCount += 1 } }
    }

    static let name: StageName = "restless"
    static let revision = 1
    static let limits = StageLimits(leaseSeconds: 30, timeoutSeconds: 600, attempts: 3, concurrency: 4)
    static let sends: [StageName] = []
    /// Parts of the bulk lane begin with it.
    static let bulk = "bulk"

    let chaos: Chaos
    let load = Load()

    func handle(_ input: Asked, in context: StageContext) async throws -> Effects {
        let isBulk = input.part.hasPrefix(Self.bulk)
        load.begin(isBulk: isBulk)
        defer { load.end(isBulk: isBulk) }
        switch chaos.number(in: 0...19) {
        case 0: try await Task.sleep(for: .seconds(60))
        case 1:
            load.noteDeaf()
            await Task { try? await Task.sleep(for: .seconds(20)) }.value
        case 2: throw Fault.retry("simulation.handle")
        case 3: throw Fault(operation: "simulation.handle", verdict: .throttled(after: nil))
        case 4: throw Fault.reject("simulation.handle", "it does not like the input")
        default: try await Task.sleep(for: .milliseconds(chaos.number(in: 0...5)))
        }
        return Effects(isEmpty: true)
    }
}
