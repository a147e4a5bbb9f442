internal import Logging
package import Pipeline

/// Records a worker's deliveries as cases, each with the effects of its replay, up to a count.
package actor CaseRecorder: DeliveryRecorder {
    private let stage: BoundStage
    private let world: World
    private let writer: CaseWriter
    private let count: Int
    private let wait: Duration
    private let replay: @Sendable (_ path: String) async throws(Fault) -> String
    private let announce: @Sendable (_ path: String) -> Void
    private let fullness = AsyncStream<Void>.makeStream()
    /// Messages that are recorded or being so, by the service's ids.
    private var begun: Set<String> = []
    private var writtenCount = 0
    /// The replay that was asked for last; one runs at a time.
    private var lastReplay: Task<Void, Never>?

    /// - Parameters:
    ///   - stage: whose deliveries they are.
    ///   - world: what the stage works in.
    ///   - folder: gets the cases.
    ///   - count: of cases, from 1.
    ///   - wait: how long a message may wait for its case; then it goes on without.
    ///   - replay: the report on a case, given its path.
    ///   - announce: told the path of each case that is whole.
    package init<S: Stage>(
        _ stage: S,
        world: World,
        folder: String,
        count: Int = CaseLimits.count,
        wait: Duration = CaseLimits.wait,
        replay: @escaping @Sendable (_ path: String) async throws(Fault) -> String,
        announce: @escaping @Sendable (_ path: String) -> Void = { _ in }
    ) {
        self.stage = BoundStage(stage)
        self.world = world
        self.writer = CaseWriter(world: world, folder: folder)
        self.count = count
        self.wait = wait
        self.replay = replay
        self.announce = announce
    }

    /// Keeps the first delivery of a message while there is room; the replay comes after, and nobody waits for it.
    package func record(_ delivery: Delivery) async {
        guard begun.count < count, begun.insert(delivery.messageID).inserted else { return }
        let first = FirstResult()
        let work = Task {
            defer { first.set(true) }
            return await write(delivery)
        }
        let limit = Task { [wait] in
            try await Task.sleep(for: wait)
            work.cancel()
            first.set(false)
        }
        let isInTime = await first.value()
        limit.cancel()
        switch isInTime ? await work.value : .failure(.retry("record: the world could not be read in \(wait)")) {
        case .success(let written):
            finish(written)
            writtenCount += 1
            if writtenCount == count { fullness.continuation.finish() }
        case .failure(let fault):
            begun.remove(delivery.messageID)
            warn("a delivery was not recorded", ["message": "\(delivery.messageID)", "fault": "\(fault)"])
        }
    }

    /// Waits until there are as many cases as were asked for.
    package func waitUntilFull() async { for await _ in fullness.stream {} }

    /// Waits for the replays that are under way.
    package func finish() async { await lastReplay?.value }

    private func write(_ delivery: Delivery) async -> Result<CaseWriter.Written, Fault> {
        let attributes = DeathNotice.without(delivery.attributes)
        let message = RecordedMessage(body: delivery.body, attributes: attributes)
        do throws(Fault) {
            let id = delivery.messageID
            return .success(try await writer.write(message, id: id, of: stage.name, runs: await runs(in: message)))
        } catch {
            return .failure(error)
        }
    }

    /// None, where the message can't be read: that is what its replay says, too.
    private func runs(in message: RecordedMessage) async -> [RunKey] {
        guard let body = try? await ClaimCheck(world).redeemed(message.body) else { return [] }
        let runs = try? stage.open(body, attributes: message.attributes, setting: world.setting)
        return (runs ?? []).map(\.key)
    }

    private func finish(_ written: CaseWriter.Written) {
        for (key, reason) in written.omitted.sorted(by: { $0.key < $1.key }) {
            warn(
                "an object is not in the case",
                ["case": "\(written.path)", "object": "\(key)", "reason": "\(reason)"]
            )
        }
        let (before, replay) = (lastReplay, replay)
        lastReplay = Task {
            await before?.value
            do throws(Fault) { try written.keep(effects: try await replay(written.path)) } catch {
                warn("the case has no effects", ["case": "\(written.path)", "fault": "\(error)"])
            }
            announce(written.path)
        }
    }

    private func warn(_ message: Logger.Message, _ metadata: Logger.Metadata) {
        world.logger.warning(message, metadata: metadata)
    }
}
