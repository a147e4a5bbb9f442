internal import FoundationEssentials
internal import Glibc
internal import Logging
package import Pipeline

/// What every stage's binary does: works on its queue until it is told to stop, or replays one event.
package enum StageProcess {
    /// Runs a stage and ends the process.
    package static func main<S: Stage>(_ stage: S) async -> Never { await main { _ in stage } }

    /// Runs a stage and ends the process.
    ///
    /// - Parameter make: makes it as the environment says, and throws where a setting is wrong; not called where there is
    ///   nothing to run.
    package static func main<S: Stage>(_ make: ([String: String]) throws(Fault) -> S) async -> Never {
        do throws(Fault) {
            func stage() throws(Fault) -> S { try make(ProcessEnvironment.variables()) }
            switch try StageArguments(Array(CommandLine.arguments.dropFirst())) {
            case .help: StandardStream.output.print(help(S.name))
            case .topology: StandardStream.output.print(try topology(of: S.self))
            case .healthy: try Heartbeat.check(ProcessEnvironment.variables())
            case .work: try await work(stage())
            case .quarantine: try await quarantine(stage())
            case .replay(let replay): try await run(replay, stage())
            case .record(let record): try await work(stage(), record)
            }
        } catch {
            StandardStream.error.print("media-\(S.name): \(error)")
            exit(1)
        }
        exit(0)
    }

    private static func quarantine<S: Stage>(_ stage: S) async throws(Fault) {
        let settings = try Settings(environment: ProcessEnvironment.variables())
        let world = try await Wiring(settings, name: S.name.rawValue).world(for: S.name)
        let quarantine = try ProcessQuarantine(environment: settings.environment)
        try await QuarantinedRun.run(stage, world: world, megabytes: quarantine.megabytes)
    }

    private static func work<S: Stage>(_ stage: S, _ record: StageArguments.Record? = nil) async throws(Fault) {
        let environment = ProcessEnvironment.variables()
        if record == nil, let address = environment["AWS_LAMBDA_RUNTIME_API"] {
            return try await LambdaProcess.run(stage, address: address, environment: environment)
        }
        let settings = try Settings(environment: environment)
        let wiring = try Wiring(settings, name: S.name.rawValue)
        wiring.telemetry.bootstrap(level: settings.logLevel)
        do throws(Fault) {
            try await work(stage, wiring, record)
            await wiring.telemetry.shutdown(within: flushLimit)
        } catch {
            await wiring.telemetry.shutdown(within: flushLimit)
            throw error
        }
    }

    private static func work<S: Stage>(
        _ stage: S,
        _ wiring: Wiring,
        _ record: StageArguments.Record?
    ) async throws(Fault) {
        let settings = wiring.settings
        var world = try await wiring.world(for: S.name)
        let recorder = record.map { makeRecorder(of: stage, in: world, $0) }
        world.recorder = recorder
        let heartbeat = try Heartbeat.named(in: settings.environment)
        let protection = TaskProtection.named(in: settings.environment, http: wiring.http, logger: world.logger)
        let checking = Task { [world] () -> Result<Void, Fault> in await check(world) }
        let worker = Task { [world] () -> Result<Void, Fault> in
            do throws(Fault) {
                let worker = Worker(
                    stage: stage,
                    world: world,
                    lanes: settings.lanes,
                    heartbeat: heartbeat,
                    protection: protection,
                    isReady: { (try? await checking.value.get()) != nil }
                )
                try await worker.run(grace: settings.stopLimit)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        let signals = Signals([SIGTERM, SIGINT]) { [logger = world.logger] number in
            logger.info("stopping", metadata: ["signal": "\(number)"])
            worker.cancel()
        } again: {
            _exit(1)
        }
        if case .failure(let fault) = await checking.value {
            worker.cancel()
            _ = await worker.value
            throw fault
        }
        let sampler = world.metrics.isOn ? QueueDepthSampler(stage: S.name, lanes: settings.lanes, world: world) : nil
        let sampling = Task { await sampler?.run() }
        Task {
            try await Task.sleep(for: settling)
            ResidentFiles.release()
        }
        world.logger.info("working", metadata: ["queue": "\(settings.queueName(S.name))"])
        let full = recorder.map { recorder in
            Task {
                await recorder.waitUntilFull()
                worker.cancel()
            }
        }
        let ending = await worker.value
        full?.cancel()
        sampling.cancel()
        await recorder?.finish()
        signals.stop()
        try ending.get()
        world.logger.info("stopped")
    }

    private static func makeRecorder(
        of stage: some Stage,
        in world: World,
        _ record: StageArguments.Record
    ) -> CaseRecorder {
        CaseRecorder(stage, world: world, folder: record.folder, count: record.count) { path throws(Fault) in
            try await ReplayProcess().report(of: path)
        } announce: {
            StandardStream.output.print($0)
        }
    }

    /// Asks the database and the bucket, beside the first poll: a setting that is wrong shows at start, before a run fails
    /// by it.
    private static func check(_ world: World) async -> Result<Void, Fault> {
        var attempt = 1
        while true {
            do throws(Fault) {
                _ = try await world.catalog.statuses(of: world.tenant, ids: [], atMost: 1)
                _ = try await world.objects.list(prefix: "", after: "", atMost: 1)
                return .success(())
            } catch {
                guard attempt < startAttempts else { return .failure(error) }
                attempt += 1
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private static let startAttempts = 5
    /// What is not sent by then is lost.
    private static let flushLimit: Duration = .seconds(5)
    /// After so long, everything is connected and the first poll is out.
    private static let settling: Duration = .seconds(4)

    private static func run<S: Stage>(_ replay: StageArguments.Replay, _ stage: S) async throws(Fault) {
        let file = try FileByteSource(path: replay.path)
        let body = Data(try file.read(at: 0, count: Int(file.byteCount)))
        let world: World
        if let recorded = try await ReplayCase.world(beside: replay.path) {
            guard !replay.commits else {
                throw .reject("replay", "the case has a world of its own: there is nowhere to commit to")
            }
            world = recorded
        } else {
            let settings = try Settings(environment: ProcessEnvironment.variables())
            world = try await Wiring(settings, name: S.name.rawValue).world(for: S.name)
        }
        let subject = Replay(stage: stage, world: world)
        let report = replay.commits ? try await subject.commit(body) : try await subject.effects(of: body)
        StandardStream.output.print(try report.json())
        guard report.hasFailed else { return }
        if replay.isQuiet { exit(1) }
        throw .reject("replay", "it ended in a fault: see above")
    }

    private static func json(_ value: some Encodable) throws(Fault) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do { return String(decoding: try encoder.encode(value), as: UTF8.self) } catch {
            throw .reject("topology", "it can't be written as JSON", underlying: error)
        }
    }

    private static func topology<S: Stage>(of stage: S.Type) throws(Fault) -> String {
        try json(StageTopology(stage))
    }

    private static func help(_ stage: StageName) -> String {
        """
        usage: media-\(stage)                            work on the queue <MEDIA_QUEUE_PREFIX>-\(stage), or,
                                                  under AWS Lambda, on the batches that the function is given
               media-\(stage) --replay EVENT [--commit]  handle one event and print its effects
               media-\(stage) --record DIR [--count N]   work, and keep messages as cases: DIR/\(stage)/ID.json, its world
                                                  and its effects; ends after N of them (\(CaseLimits.count))
               media-\(stage) --topology                 print its limits, as in infra/topology.json
               media-\(stage) --healthy                  whether the worker is alive: 0, or 1 with a line saying why

        Settings are environment variables: DATABASE_URL, MEDIA_BUCKET, MEDIA_MODELS, AWS_REGION and the AWS
        credentials; AWS_ENDPOINT_URL, MEDIA_QUEUE (sqs or pubsub), MEDIA_QUEUE_PREFIX, MEDIA_LANES (interactive, bulk or
        both), MEDIA_TENANT and LOG_LEVEL have defaults. With pubsub also GOOGLE_CLOUD_PROJECT, and PUBSUB_EMULATOR_HOST
        or Google's credentials. The worker writes MEDIA_HEARTBEAT_FILE every few seconds; --healthy asks that it is
        younger than 60 s. OpenTelemetry's OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, OTEL_SERVICE_NAME,
        OTEL_RESOURCE_ATTRIBUTES and OTEL_TRACES_SAMPLER say where traces, metrics and logs go (http/protobuf); without
        an endpoint, nowhere.
        SIGTERM lets what is at work end for up to 20 s; a second one ends at once.
        """
    }
}
