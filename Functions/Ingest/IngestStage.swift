import FoundationEssentials
import Pipeline

/// Object events become assets: takes the digest of new bytes, tells copies from originals, and starts the work.
struct IngestStage: Stage {
    static let name: StageName = "ingest"
    static let revision = 2
    static let limits = StageLimits(timeoutSeconds: 3600, concurrency: 4)
    static let resources = StageResources(
        cpus: 0.5,
        memoryMB: 1024,
        maxTasks: 50,
        backlogPerTask: 1000,
        reads: KeyPrefix.anyUpload
    )
    static let sends: [StageName] = ["probe", "match"]

    /// One run for every change that the object store tells of; none for its test message, nor for our own objects.
    func open(
        _ body: Data,
        attributes: [String: String],
        setting: StageSetting
    ) throws(Fault) -> [Envelope<ObjectChange>] {
        var envelopes: [Envelope<ObjectChange>] = []
        for change in try ObjectChange.told(by: body, attributes: attributes) where !change.isOwn {
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
                Envelope(
                    id: "",
                    tenant: setting.tenant,
                    asset: asset,
                    generation: 0,
                    sent: change.milliseconds.map(Timestamp.rfc3339) ?? "",
                    payload: change
                )
            )
        }
        return envelopes
    }

    func handle(_ change: ObjectChange, in context: StageContext) async throws -> Effects {
        let known = try await context.catalog.asset(context.asset, of: context.tenant)
        if let newest = known?.sequencer, let sequencer = change.sequencer, sequencer <= newest { return .none }
        return switch change.action {
        case .created, .rerun: try await receive(change, known, context)
        case .removed: try await remove(change, known, context)
        }
    }

    private func receive(_ change: ObjectChange, _ known: Asset?, _ context: StageContext) async throws -> Effects {
        // Gone again before its event was read: the removal's own event says so too.
        guard try await context.objects.info(change.key) != nil else { return .none }
        let bytes = try await context.objects.stream(change.key)
        let info = bytes.info
        let digest = try await digest(bytes, context)
        // The same bytes again are nothing new, unless they could not be read to the end the last time, or are meant.
        if change.action == .created, let known, [.processing, .complete].contains(known.state),
            known.source.digest == digest
        {
            return Effects(rows: [.confirm(change.sequencer)])
        }
        let same = info.byteCount > 0 ? try await context.catalog.original(of: digest, of: context.tenant) : nil
        let original = same?.id == context.asset ? nil : same
        let stage: StageName = original == nil ? "probe" : "match"
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
            plan: try Plan([PlannedRun(RunName(stage))]),
            uploadedMilliseconds: change.milliseconds
        )
        let event: any Event =
            original == nil ? AssetReceived(source: source) : DuplicatesSought(source: source, by: .bytes)
        let first = OutgoingEvent(event, to: stage, generation: registration.generation)
        let effects = Effects(rows: [.register(registration)], events: [first])
        guard known?.source.digest != digest else { return effects }
        return try await effects.promotingCopy(of: known, context)
    }

    private func remove(_ change: ObjectChange, _ known: Asset?, _ context: StageContext) async throws -> Effects {
        guard let known, known.state != .removed else { return .none }
        // An older version of the object was purged: the current one stays.
        let isThere = try await context.objects.info(change.key) != nil
        guard !isThere else { return Effects(rows: [.confirm(change.sequencer)]) }
        return try await Effects(rows: [.remove(change.sequencer)]).promotingCopy(of: known, context)
    }

    private func digest(_ bytes: any ByteStream, _ context: StageContext) async throws -> Digest {
        let digest = context.digester.stream()
        var byteCount: Int64 = 0
        while let chunk = try await bytes.next() {
            digest.update(chunk)
            byteCount += Int64(chunk.count)
            context.progress(Double(byteCount) / Double(max(bytes.info.byteCount, 1)))
        }
        return digest.finish()
    }
}
