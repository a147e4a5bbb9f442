package import FoundationEssentials
internal import Logging
package import Pipeline

/// Runs a stage on one message without a queue: the same handler, and nothing is written unless it is asked for.
package struct Replay<S: Stage>: Sendable {
    private let stage: S
    private let world: World

    package init(stage: S, world: World) {
        self.stage = stage
        self.world = world
    }

    /// Handles all that a message asks for.
    ///
    /// - Parameter file: the message, see ``RecordedMessage``.
    /// - Returns: the effects, or each run's fault, or why the stage can't read the message.
    /// - Throws: reject, where the file holds no message.
    package func effects(of file: Data) async throws(Fault) -> ReplayReport {
        try await report(file) { envelope throws(Fault) in try await handle(envelope) }
    }

    /// Handles all that a message asks for, and commits it as a worker would; what has ended already stays as it is.
    ///
    /// - Parameter file: the message, see ``RecordedMessage``.
    /// - Returns: the effects, or each run's fault, or why the stage can't read the message.
    /// - Throws: reject, where the file holds no message.
    package func commit(_ file: Data) async throws(Fault) -> ReplayReport {
        try await report(file) { envelope throws(Fault) in
            let name = RunName(S.name, part: envelope.payload.part)
            let run = RunKey(
                tenant: envelope.tenant,
                asset: envelope.asset,
                generation: envelope.generation,
                name: name
            )
            guard
                case .granted(let claim) = try await world.catalog.claim(
                    run,
                    build: world.build,
                    lease: RunnerLimits.claimLease
                )
            else {
                throw .reject(
                    "replay",
                    "\(name) has ended, is at work, or the asset has newer bytes: nothing to commit"
                )
            }
            do throws(Fault) {
                let effects = try await handle(envelope)
                try await Committer(world, stage: S.self).commit(effects, of: claim, traceparent: envelope.traceparent)
                return effects
            } catch {
                try? await world.catalog.postpone(claim, fault: error, counts: false)
                throw error
            }
        }
    }

    private func report(
        _ file: Data,
        _ run: (Envelope<S.Input>) async throws(Fault) -> Effects
    ) async throws(Fault) -> ReplayReport {
        let message = try RecordedMessage(reading: file)
        var runs: [ReplayReport.Run] = []
        let envelopes: [Envelope<S.Input>]
        do throws(Fault) {
            let body = try await ClaimCheck(world).redeemed(message.body)
            envelopes = try stage.open(body, attributes: message.attributes, setting: world.setting)
        } catch {
            return ReplayReport(stage: S.name, runs: [], fault: error.description)
        }
        for envelope in envelopes {
            var written: ReplayReport.Written?
            var failure: String?
            do throws(Fault) {
                written = ReplayReport.Written(try await run(envelope))
            } catch {
                failure = error.description
            }
            runs.append(
                ReplayReport.Run(
                    asset: envelope.asset,
                    generation: envelope.generation,
                    part: envelope.payload.part,
                    effects: written,
                    fault: failure
                )
            )
        }
        return ReplayReport(stage: S.name, runs: runs, fault: nil)
    }

    private func handle(_ envelope: Envelope<S.Input>) async throws(Fault) -> Effects {
        let context = StageContext(
            tenant: envelope.tenant,
            asset: envelope.asset,
            generation: envelope.generation,
            run: ReplayedRun(world: world)
        )
        do { return try await stage.handle(envelope.payload, in: context) } catch let fault as Fault {
            throw fault
        } catch {
            throw .retry("\(S.name).handle", underlying: error)
        }
    }
}

/// A run that holds no lease, and whose progress nobody watches.
private struct ReplayedRun: StageRun {
    let world: World
    let scratch: any Scratch = FileScratch()

    var objects: any ObjectStore { world.objects }
    var catalog: any CatalogReader { world.catalog }
    var models: any ModelClient { world.models }
    var digester: any Digester { world.digester }
    var logger: Logger { world.logger }
    var leaseLeft: Duration { .zero }

    func report(_ progress: Double) {}
}
