import FoundationEssentials
import Pipeline

extension RunKey {
    /// The run that a message of the simulation asks for.
    init?(message body: Data, to stage: StageName) {
        if let head = ClaimedEnvelope(body) {
            let name = RunName(stage, part: head.part ?? "")
            self.init(tenant: head.tenant, asset: head.asset, generation: head.generation, name: name)
        } else if let step = try? Envelope<StepAsked>.decoded(body) {
            self.init(step, part: step.payload.part, to: stage)
        } else if let completed = try? Envelope<AssetCompleted>.decoded(body) {
            self.init(completed, part: "", to: stage)
        } else {
            return nil
        }
    }

    private init(_ envelope: Envelope<some Event>, part: String, to stage: StageName) {
        self.init(
            tenant: envelope.tenant,
            asset: envelope.asset,
            generation: envelope.generation,
            name: RunName(stage, part: part)
        )
    }
}
