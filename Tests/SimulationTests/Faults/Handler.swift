import Pipeline

/// What all of the simulation's handlers do: be interrupted, fail, or find one moment.
struct Handler: Sendable {
    let life: Life
    let chaos: Chaos

    func find(_ text: String) async throws(Fault) -> [CatalogWrite] {
        try await life.pause()
        if chaos.strikes(.handlerRetries) { throw .retry("simulation.handle") }
        if chaos.strikes(.handlerIsThrottled) {
            throw Fault(operation: "simulation.handle", verdict: .throttled(after: nil))
        }
        if chaos.strikes(.handlerRejects) { throw .reject("simulation.handle", "it does not like the input") }
        return [.moments([Moment(kind: .text, text: text)])]
    }
}
