import FoundationEssentials
import Pipeline

/// Object events become assets: takes the digest of new bytes, tells copies from originals, and starts the work.
struct IngestStage: Stage {
    static let name: StageName = "ingest"
    static let revision = 1
    static let limits = StageLimits(timeoutSeconds: 3600, concurrency: 4)
    static let sends: [StageName] = ["probe", "match"]

    /// One run for every change that the object store tells of; none for its test message.
    func open(_ body: Data, setting: StageSetting) throws(Fault) -> [Envelope<ObjectChange>] {
        var envelopes: [Envelope<ObjectChange>] = []
        for change in try ObjectNotification(body).changes where !change.key.hasPrefix("derived/") {
            guard change.bucket == setting.bucket else {
                throw .reject("ingest", "the event is about bucket \(change.bucket); MEDIA_BUCKET is \(setting.bucket)")
            }
            let asset = AssetID(
                tenant: setting.tenant,
                bucket: change.bucket,
                key: change.key,
                digester: setting.digester
            )
            envelopes.append(
                Envelope(id: "", tenant: setting.tenant, asset: asset, generation: 0, sent: "", payload: change)
            )
        }
        return envelopes
    }

    func handle(_ change: ObjectChange, in context: StageContext) async throws -> Effects {
        let known = try await context.catalog.asset(context.asset, of: context.tenant)
        if let newest = known?.sequencer, let sequencer = change.sequencer, sequencer <= newest { return .none }
        return switch change.action {
        case .created: try await receive(change, known, context)
        case .removed: try await remove(change, known, context)
        }
    }

    private func receive(_ change: ObjectChange, _ known: Asset?, _ context: StageContext) async throws -> Effects {
        // Gone again before its event was read: the removal's own event says so too.
        guard let info = try await context.objects.info(change.key) else { return .none }
        let digest = try await digest(info, context)
        if let known, known.state != .removed, known.source.digest == digest {
            return Effects(rows: [.confirm(change.sequencer)])
        }
        let original = info.byteCount > 0 ? try await context.catalog.original(of: digest, of: context.tenant) : nil
        let first: StageName = original == nil ? "probe" : "match"
        let source = ObjectReference(
            bucket: change.bucket,
            key: change.key,
            byteCount: info.byteCount,
            contentType: info.contentType,
            digest: digest
        )
        let registration = AssetRegistration(
            asset: context.asset,
            generation: (known?.generation ?? 0) + 1,
            source: source,
            versionID: change.versionID,
            sequencer: change.sequencer,
            copyOf: original?.id,
            plan: try Plan([PlannedRun(RunName(first))])
        )
        let received = OutgoingEvent(AssetReceived(source: source), to: first, generation: registration.generation)
        let effects = Effects(rows: [.register(registration)], events: [received])
        return try await promoteCopy(of: known, context, after: effects)
    }

    private func remove(_ change: ObjectChange, _ known: Asset?, _ context: StageContext) async throws -> Effects {
        guard let known, known.state != .removed else { return .none }
        return try await promoteCopy(of: known, context, after: Effects(rows: [.remove(change.sequencer)]))
    }

    /// When an original's bytes go, its first copy becomes an original of its own and is analysed.
    private func promoteCopy(of known: Asset?, _ context: StageContext, after effects: Effects) async throws -> Effects
    {
        let copies = try await context.catalog.copies(of: context.asset, of: context.tenant, atMost: 1)
        guard let copy = copies.first, let known, known.copyOf == nil else { return effects }
        let registration = AssetRegistration(
            asset: copy.id,
            generation: copy.generation + 1,
            source: copy.source,
            plan: try Plan([PlannedRun("probe")])
        )
        let received = OutgoingEvent(
            AssetReceived(source: copy.source),
            to: "probe",
            asset: copy.id,
            generation: registration.generation
        )
        var effects = effects
        effects.rows += [.repointCopies(successor: copy.id), .register(registration)]
        effects.events.append(received)
        return effects
    }

    private func digest(_ info: ObjectInfo, _ context: StageContext) async throws -> Digest {
        let bytes = try await context.objects.stream(info.key)
        let digest = context.digester.stream()
        var byteCount: Int64 = 0
        while let chunk = try await bytes.next() {
            digest.update(chunk)
            byteCount += Int64(chunk.count)
            context.progress(Double(byteCount) / Double(max(info.byteCount, 1)))
        }
        return digest.finish()
    }
}
