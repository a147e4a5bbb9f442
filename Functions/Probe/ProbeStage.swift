import FoundationEssentials
import MediaDecode
import Pipeline

/// Finds out what the bytes are, and plans what is to be done with them.
struct ProbeStage: Stage {
    static let name: StageName = "probe"
    static let revision = 3
    static let limits = StageLimits(timeoutSeconds: 600, concurrency: 4)
    static let resources = StageResources(
        cpus: 0.5,
        memoryMB: 1024,
        maxTasks: 50,
        backlogPerTask: 1000,
        reads: KeyPrefix.anyUpload
    )
    static let sends: [StageName] = ["scenes", "transcribe", "readtext"]

    func handle(_ received: AssetReceived, in context: StageContext) async throws -> Effects {
        let source = received.source
        guard source.byteCount > 0 else { throw Fault.reject("probe", "the file is empty") }
        let bytes = try await context.objects.open(source.key)
        let facts: AssetFacts
        var hasSound = false
        if let document = try await Document(of: bytes, named: source.key) {
            facts = AssetFacts(kind: .document, durationMilliseconds: nil, details: try json(document))
        } else {
            let media = try await MediaReader.open(bytes).facts
            guard let kind = media.mediaKind else {
                throw Fault.reject("probe", "the file holds neither pictures nor sound")
            }
            hasSound = media.audioStream != nil
            facts = AssetFacts(
                kind: kind,
                durationMilliseconds: media.durationMilliseconds.map(Int.init),
                details: try json(media)
            )
        }
        let probed = AssetProbed(
            source: source,
            media: facts.kind,
            durationMilliseconds: facts.durationMilliseconds
        )
        let plan = try plan(facts.kind, hasSound: hasSound)
        let first = plan.runs.filter { $0.after == nil }
        return Effects(
            rows: [.facts(facts), .plan(plan)],
            events: first.map { OutgoingEvent(probed, to: $0.name.stage) }
        )
    }

    private func plan(_ kind: MediaKind, hasSound: Bool) throws(Fault) -> Plan {
        let scenes = PlannedRun("scenes")
        let text = PlannedRun("readtext", after: kind == .video ? scenes.name : nil)
        let textVectors = PlannedRun(RunName("embed", part: MomentKind.text.rawValue), after: text.name)
        let speech = PlannedRun("transcribe")
        let speechVectors = PlannedRun(RunName("embed", part: MomentKind.speech.rawValue), after: speech.name)
        let pictureMatch = PlannedRun(RunName("match", part: MatchBasis.picture.rawValue), after: scenes.name)
        let soundMatch = PlannedRun(RunName("match", part: MatchBasis.sound.rawValue), after: speech.name)
        let sound = [speech, speechVectors, soundMatch]
        return switch kind {
        case .video: try Plan([scenes, text, textVectors, pictureMatch] + (hasSound ? sound : []))
        case .audio: try Plan(sound)
        case .image: try Plan([scenes, pictureMatch, text, textVectors])
        case .document: try Plan([text, textVectors])
        }
    }

    private func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
