import Foundation
import Pipeline
import StageRuntime

/// The stack on this machine: where it lies, and what its processes are told.
struct LocalStack: Sendable {
    /// By what `MEDIA_QUEUE` says, each in a folder of its own.
    private static let folders = ["sqs": "stack", "pubsub": "stack-pubsub"]

    /// The repository.
    let root: String
    /// What its messages go over: "sqs" or "pubsub".
    let queue: String

    /// Finds the stack: the one that `MEDIA_QUEUE` names, or else the one that runs, or else SQS's.
    ///
    /// - Throws: a failure, where neither the working directory nor this program is in the repository.
    init() throws {
        let root = try Self.findRoot()
        let named = ProcessEnvironment.variables()["MEDIA_QUEUE"].flatMap { $0.isEmpty ? nil : $0 }
        if let named, Self.folders[named] == nil { throw Failure("MEDIA_QUEUE is \(named), not sqs or pubsub") }
        let running = Self.folders.keys.sorted(by: >).first { LocalStack(root: root, queue: $0).isRunning }
        self.init(root: root, queue: named ?? running ?? "sqs")
    }

    private init(root: String, queue: String) {
        self.root = root
        self.queue = queue
    }

    /// The repository, above the working directory or above this program.
    private static func findRoot() throws -> String {
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        for start in [FileManager.default.currentDirectoryPath, program] {
            var folder = start
            while folder != "/" {
                if FileManager.default.fileExists(atPath: "\(folder)/infra/topology.json") { return folder }
                folder = URL(fileURLWithPath: folder).deletingLastPathComponent().path
            }
        }
        throw Failure("no infra/topology.json above here: run media inside the repository")
    }

    /// Whether `media up` keeps its components alive.
    var isRunning: Bool { Self.runningProcess(supervisorFile, named: "media") != nil }

    /// Those of the other services: one runs at a time, so that every command knows which is meant.
    var others: [LocalStack] {
        Self.folders.keys.filter { $0 != queue }.map { LocalStack(root: root, queue: $0) }
    }

    /// The servers that `infra/local/stack` has started and that have ended by themselves; the database is none of them.
    var endedServers: [String] {
        let started = queue == "pubsub" ? Self.servers : Self.servers.filter { $0.folder == "ministack" }
        return started.filter { !Self.runs("\(folder)/\($0.folder)/pid", $0.word) }.map(\.folder)
    }

    /// By their folders, each with a word of its command line.
    private static let servers = [
        (folder: "ministack", word: "ministack"), (folder: "pubsub", word: "cloud-pubsub-emulator"),
        (folder: "notifications", word: "storage-notifications"),
    ]

    var folder: String { "\(root)/.local/\(Self.folders[queue] ?? queue)" }
    var environmentFile: String { "\(folder)/environment.json" }
    var modelsFile: String { "\(folder)/models.json" }
    var supervisorFile: String { "\(folder)/supervisor.pid" }
    func pidFile(_ component: String) -> String { "\(folder)/workers/\(component).pid" }
    func logFile(_ component: String) -> String { "\(folder)/workers/\(component).log" }

    /// Runs `infra/local/stack`.
    ///
    /// - Returns: what it printed.
    /// - Throws: a failure, where it ends with an error.
    @discardableResult
    func run(_ command: String) async throws -> String {
        let path = "\(root)/infra/local/stack"
        let variables = ProcessEnvironment.variables().merging(["MEDIA_QUEUE": queue]) { $1 }
        let (status, output) = try await ChildProcess.run(path, [command, folder], environment: variables)
        guard status == 0 else { throw Failure("infra/local/stack \(command) has failed") }
        return output
    }

    /// The variables that `media up` has written down.
    func savedEnvironment() -> [String: String] {
        guard let data = FileManager.default.contents(atPath: environmentFile) else { return [:] }
        return (try? JSONDecoder().decode([String: String].self, from: data)) ?? [:]
    }

    func save(_ environment: [String: String]) throws {
        let data = try JSONEncoder().encode(environment)
        try data.write(to: URL(fileURLWithPath: environmentFile), options: .atomic)
    }

    /// Whether the process of the number in a file runs and has a word in its command line: numbers are used again.
    private static func runs(_ file: String, _ word: String) -> Bool {
        guard let process = processNumber(file),
            let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline")
        else { return false }
        // One that has ended and that nobody has asked for has an empty one.
        return String(decoding: line, as: UTF8.self).contains(word)
    }

    private static func processNumber(_ file: String) -> Int32? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
        return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// The process number in a file, where that process runs and is the program of this name: numbers are used again.
    static func runningProcess(_ file: String, named program: String) -> Int32? {
        guard let process = processNumber(file) else { return nil }
        let link = "/proc/\(process)/exe"
        // A program that was built anew while it ran is followed by "(deleted)".
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
        let name = path?.split(separator: "/").last
        return name?.split(separator: " ").first.map(String.init) == program ? process : nil
    }
}
