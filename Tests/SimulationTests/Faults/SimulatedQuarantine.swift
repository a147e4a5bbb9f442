import FoundationEssentials
import Pipeline

@testable import StageRuntime

/// Runs a handler like a process of its own: it may be killed at each of its calls, or be told to stop.
struct SimulatedQuarantine<S: Stage>: Quarantine {
    let parent: Life
    let chaos: Chaos
    let stage: @Sendable (Life) -> S
    let world: @Sendable (Life) -> World

    func run(_ delivery: Delivery, _ claim: Claim, lane: Lane) async throws(Fault) {
        chaos.note(.quarantined)
        let child = Life(childOf: parent, chaos: chaos)
        let ticket = try copy(QuarantineTicket(delivery, claim, lane))
        let fault = await QuarantinedRun.fault(of: ticket, stage(child), world(child))
        if parent.isDown { throw .retry("simulation.crash") }
        if Task.isCancelled || chaos.strikes(.quarantineStopped) { throw .retry("quarantine") }
        if child.isDown { throw .reject("quarantine", "it was killed") }
        if let fault = try copy(QuarantineVerdict(fault)).fault { throw fault }
    }

    /// What arrives on the other side.
    private func copy<Value: Codable>(_ value: Value) throws(Fault) -> Value {
        do { return try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value)) } catch {
            throw .reject("quarantine", "\(error)")
        }
    }
}
