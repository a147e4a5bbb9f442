import ArgumentParser
import Foundation
import Pipeline
import StageRuntime

struct DeadLettersExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Writes dead letters as events that `media replay` takes; they stay on their queue.",
        usage: "media dlq export LETTER... DIR [--stage STAGE]"
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
        let folder = URL(fileURLWithPath: lettersAndFolder[lettersAndFolder.count - 1])
        let filter = DeadLetterFilter(ids: lettersAndFolder.dropLast())
        var count = 0
        for stage in try await session.deadLetterStages(stage) {
            _ = try await session.deadLetters(of: stage).visit { letter in
                guard filter.includes(letter) else { return .keep }
                let queue = session.settings.deadLetterQueueName(stage)
                StandardStream.output.print(try write(letter, of: queue, to: folder))
                count += 1
                return .keep
            }
        }
        guard count > 0 else { throw Failure("no such dead letters: see `media dlq show`") }
    }

    private func write(_ letter: DeadLetter, of queue: String, to folder: URL) throws -> String {
        let stage = folder.appendingPathComponent(letter.stage.rawValue)
        try FileManager.default.createDirectory(at: stage, withIntermediateDirectories: true)
        // The id is the service's: nothing in it may lead to another folder.
        let name = letter.id.filter { $0.isLetter || $0.isNumber || $0 == "-" }
        let file = stage.appendingPathComponent("\(name).json")
        let message = RecordedMessage(body: letter.body, attributes: letter.attributes)
        try message.file(id: letter.id, subscription: queue).write(to: file, options: .atomic)
        return file.path
    }
}
