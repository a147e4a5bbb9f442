import FoundationEssentials

extension RunKey {
    /// The runs that a message asks a stage for; none where it is nothing that stages take.
    static func asked(
        by body: Data,
        attributes: [String: String],
        of stage: StageName,
        setting: StageSetting
    ) -> [RunKey] {
        if let head = ClaimedEnvelope(body) { return asked(by: head, of: stage).map { [$0] } ?? [] }
        if let run = asked(AssetReceived.self, by: body, of: stage) { return [run] }
        if let run = asked(AssetProbed.self, by: body, of: stage) { return [run] }
        if let run = asked(TextReady.self, by: body, of: stage) { return [run] }
        if let run = asked(DuplicatesSought.self, by: body, of: stage) { return [run] }
        if let run = asked(AssetCompleted.self, by: body, of: stage) { return [run] }
        guard let changes = try? ObjectChange.told(by: body, attributes: attributes) else { return [] }
        return changes.map { change in
            let (tenant, digester) = (setting.tenant, setting.digester)
            let asset = AssetID(tenant: tenant, bucket: change.bucket, key: change.key, digester: digester)
            return RunKey(tenant: tenant, asset: asset, generation: 0, name: RunName(stage, part: change.part))
        }
    }

    /// From the head alone: the object may be gone by now.
    private static func asked(by head: ClaimedEnvelope, of stage: StageName) -> RunKey? {
        let kinds = [
            AssetReceived.kind, AssetProbed.kind, TextReady.kind, DuplicatesSought.kind, AssetCompleted.kind,
        ]
        guard kinds.contains(head.kind) else { return nil }
        return RunKey(
            tenant: head.tenant,
            asset: head.asset,
            generation: head.generation,
            name: RunName(stage, part: head.part ?? "")
        )
    }

    private static func asked<E: Event>(_ event: E.Type, by body: Data, of stage: StageName) -> RunKey? {
        guard let envelope = try? Envelope<E>.decoded(body) else { return nil }
        return RunKey(
            tenant: envelope.tenant,
            asset: envelope.asset,
            generation: envelope.generation,
            name: RunName(stage, part: envelope.payload.part)
        )
    }
}
