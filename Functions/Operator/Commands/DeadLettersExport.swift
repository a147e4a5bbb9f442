import ArgumentParser
import Cloud
import Pipeline
import StageRuntime

struct DeadLettersExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes dead letters as cases that `media replay` takes; they stay on their queue.",
        usage: "media dlq export LETTER... DIR [--stage STAGE]",
        discussion: """
            A case is the message DIR/STAGE/ID.json, the world of its asset ID.world.json, and in ID.effects.json what a \
            replay of it prints, which is mostly its fault. Objects of at most 16 MB are kept in DIR/objects.
            """
    )

    @Argument(help: "Ids of letters, or how they begin, and the folder that DIR/STAGE/ID.json is written to.")
    var lettersAndFolder: [String]
    @Option(name: .long, help: "Only this stage's.")
    var stage: String?

    func validate() throws {
        guard lettersAndFolder.count > 1, !lettersAndFolder.contains("") else {
            throw ValidationError("say which letters, and the folder to write them to")
        }
    }

    func run() async throws {
        let session = try Session()
        let folder = lettersAndFolder[lettersAndFolder.count - 1]
        let writer = CaseWriter(world: try world(session), folder: folder)
        let filter = DeadLetterFilter(ids: lettersAndFolder.dropLast())
        var letters: [DeadLetter] = []
        for stage in try await session.deadLetterStages(stage) {
            _ = try await session.deadLetters(of: stage).visit { letter in
                if filter.includes(letter) { letters.append(letter) }
                return .keep
            }
        }
        guard !letters.isEmpty else { throw Failure("no such dead letters: see `media dlq show`") }
        for letter in letters { try await write(letter, by: writer) }
    }

    /// What cases are read from: nothing is run in it.
    private func world(_ session: Session) throws -> World {
        let (wiring, settings) = (session.wiring, session.settings)
        return World(
            tenant: settings.tenant,
            bucket: settings.bucket,
            build: "operator",
            queues: { session.queue(of: $0, $1) },
            deadLetters: { wiring.queues.queue(settings.deadLetterQueueName($0)) },
            objects: wiring.objects,
            catalog: try wiring.catalog(),
            models: MemoryModelClient(),
            digester: OpenSSLDigester(),
            now: SystemClock.unixMilliseconds,
            logger: wiring.logger
        )
    }

    private func write(_ letter: DeadLetter, by writer: CaseWriter) async throws {
        let message = RecordedMessage(body: letter.body, attributes: letter.attributes)
        let written = try await writer.write(message, id: letter.id, of: letter.stage, runs: letter.runs)
        for (key, reason) in written.omitted.sorted(by: { $0.key < $1.key }) {
            StandardStream.error.print("\(written.path): without \(key): \(reason)".printable)
        }
        do {
            let program = try Program.path(of: letter.stage.rawValue)
            try written.keep(effects: try await ReplayProcess(program: program).report(of: written.path))
        } catch {
            StandardStream.error.print("\(written.path): without effects: \(error)".printable)
        }
        StandardStream.output.print(written.path)
    }
}
