internal import Pipeline

extension BoundStage {
    /// The run of a message that can't be opened, where a claim check's head tells which one that is: it ends as a run
    /// does whose handler rejects it, so that its asset comes to an end.
    ///
    /// - Parameters:
    ///   - head: of the message.
    ///   - fault: why it can't be opened.
    /// - Returns: nil where it is no head that this runtime writes to this stage: such a one must fail nobody's run.
    func unopened(_ head: ClaimedEnvelope, _ fault: Fault) -> Run? {
        guard head.isInPlace, head.kind == kind, head.generation > 0 else { return nil }
        return Run(
            key: RunKey(
                tenant: head.tenant,
                asset: head.asset,
                generation: head.generation,
                name: RunName(name, part: head.part ?? "")
            ),
            messageID: head.id,
            sent: head.sent,
            traceparent: nil,
            handle: { _ in throw fault }
        )
    }
}
