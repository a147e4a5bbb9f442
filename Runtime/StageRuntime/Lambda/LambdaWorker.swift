internal import Dispatch
internal import Logging
package import Pipeline
internal import Synchronization

/// A stage at work as a function of AWS Lambda: fetches one batch at a time, runs its messages, and answers in time.
///
/// Between calls the process is frozen: nothing is under way then, and no timer runs. Handlers may keep every shared
/// thread busy, so the clock is watched, and the answer sent, on a thread of the worker's own.
package final class LambdaWorker<S: Stage>: Sendable {
    private let thread = ThreadExecutor(label: "media.lambda")
    private let stage: S
    private let world: World
    private let api: LambdaRuntimeAPI
    private let source: @Sendable (_ arn: String) -> (any Queue)?
    private let swept = Mutex<ContinuousClock.Instant?>(nil)

    /// - Parameters:
    ///   - stage: what runs.
    ///   - world: its surroundings; its own queue takes only what the stage sends to itself.
    ///   - api: where calls come from.
    ///   - source: the queue of an ARN, for delays.
    package init(
        stage: S,
        world: World,
        api: LambdaRuntimeAPI,
        source: @escaping @Sendable (_ arn: String) -> (any Queue)?
    ) {
        self.stage = stage
        self.world = world
        self.api = api
        self.source = source
    }

    /// Serves calls until the task is cancelled. A call that is at work then is broken off, and answered.
    ///
    /// - Throws: the runtime API's fault, where it has stopped answering.
    package func run() async throws(Fault) {
        try await withTaskExecutorPreference(thread) { () async throws(Fault) in try await serveAll() }
    }

    private func serveAll() async throws(Fault) {
        var failureCount = 0
        while !Task.isCancelled {
            let invocation: LambdaInvocation
            do throws(Fault) {
                invocation = try await api.next()
                failureCount = 0
            } catch {
                guard !Task.isCancelled else { return }
                failureCount += 1
                guard failureCount < LambdaLimits.pollAttempts else { throw error }
                world.logger.warning("no call could be fetched", metadata: ["fault": "\(error)"])
                var random = SystemRandomNumberGenerator()
                try? await Task.sleep(for: world.backOff.delay(afterAttempt: failureCount, using: &random))
                continue
            }
            await serve(invocation)
        }
    }

    private func serve(_ invocation: LambdaInvocation) async {
        var logger = world.logger
        logger[metadataKey: "request"] = "\(invocation.id)"
        // Not into the environment, where X-Ray's libraries look for it: other threads read that meanwhile.
        if let trace = invocation.trace { logger[metadataKey: "trace"] = "\(trace)" }
        let remaining = Duration.milliseconds(invocation.deadlineMilliseconds - world.now())
        let deadline = LambdaDeadline(remaining: remaining, from: .now)
        let records: [LambdaRecord]
        do throws(Fault) { records = try LambdaEvent.decoded(invocation.event).records } catch {
            logger.error("the event can't be served", metadata: ["fault": "\(error)"])
            await reportFailure(logger) { () async throws(Fault) in try await api.fail(invocation.id, error) }
            return
        }
        let batch = LambdaBatch(
            records,
            deadline: deadline,
            own: world.queues(S.name, .interactive),
            source: source,
            logger: logger
        )
        let batched = world.with(logger: logger) { [world] stage, lane in
            stage == S.name ? batch : world.queues(stage, lane)
        }
        let runner = Runner(stage: stage, world: batched)
        // One that was damaged on its way comes again.
        let intact = records.filter(\.isIntact)
        let work = Task.detached { await Self.runAll(intact, runner, batch) }
        let answer = Task(executorPreference: thread) {
            await self.answer(invocation.id, work, batch, deadline, logger)
        }
        await withTaskCancellationHandler {
            await answer.value
        } onCancel: {
            work.cancel()
        }
    }

    /// Runs the messages, as many at once as the stage allows; gives those back that were not begun in time.
    private static func runAll(_ records: [LambdaRecord], _ runner: Runner, _ batch: LambdaBatch) async {
        var rest = records[...]
        await withTaskGroup { group in
            for _ in 0..<S.limits.concurrency {
                guard let record = rest.popFirst() else { break }
                group.addTask { await runner.run(record.delivery, by: record.lane) }
            }
            while await group.next() != nil {
                guard !Task.isCancelled, let record = rest.popFirst() else { continue }
                group.addTask { await runner.run(record.delivery, by: record.lane) }
            }
        }
        let receipts = rest.map(\.receipt)
        guard !receipts.isEmpty else { return }
        // Of its own: in a task that is cancelled nothing would be sent.
        await Task { _ = await batch.release(receipts, after: .zero) }.value
    }

    private func answer(
        _ id: String,
        _ work: Task<Void, Never>,
        _ batch: LambdaBatch,
        _ deadline: LambdaDeadline,
        _ logger: Logger
    ) async {
        if await !ends(work, by: deadline) { logger.warning("runs are still at work at the end of their call") }
        let answer = LambdaAnswer(failures: batch.close())
        await reportFailure(logger) { () async throws(Fault) in try await api.respond(to: id, with: answer) }
        await sweep(deadline, logger)
    }

    /// Waits for work; breaks it off when its time has run out.
    ///
    /// - Returns: whether it has ended in time for the answer.
    private func ends(_ work: Task<Void, Never>, by deadline: LambdaDeadline) async -> Bool {
        let first = FirstResult()
        let timers = [
            timer(at: deadline.interruption) { work.cancel() },
            timer(at: deadline.answer) { first.set(false) },
        ]
        defer { for timer in timers { timer.cancel() } }
        Task(executorPreference: thread) {
            await work.value
            first.set(true)
        }
        return await first.value()
    }

    private func timer(
        at instant: ContinuousClock.Instant,
        _ body: @escaping @Sendable () -> Void
    ) -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: thread.queue)
        timer.schedule(deadline: .now() + max(0, (instant - .now) / .seconds(1)))
        timer.setEventHandler(handler: body)
        timer.resume()
        return timer
    }

    /// Sends what a crash left in the outbox, where there is time left. Nobody does so between calls.
    private func sweep(_ deadline: LambdaDeadline, _ logger: Logger) async {
        let now = ContinuousClock.now
        guard now + LambdaLimits.shortestSweep < deadline.interruption, !Task.isCancelled else { return }
        let isDue = swept.withLock { swept in
            if let last = swept, now - last < WorkerLimits.sweepPeriod { return false }
            swept = now
            return true
        }
        guard isDue else { return }
        let committer = Committer(world, stage: S.self)
        let sweeping = Task.detached {
            do throws(Fault) {
                let count = try await committer.sweep(
                    olderThan: WorkerLimits.unsentAge,
                    atMost: WorkerLimits.sweepBatch
                )
                if count > 0 { logger.info("sent what was left", metadata: ["messages": "\(count)"]) }
            } catch {
                logger.warning("sweep failed", metadata: ["fault": "\(error)"])
            }
        }
        _ = await ends(sweeping, by: deadline)
    }

    /// An answer that is not taken can't be mended: the call times out, and its messages come again.
    private func reportFailure(_ logger: Logger, _ body: () async throws(Fault) -> Void) async {
        do throws(Fault) { try await body() } catch {
            logger.error("the answer was not taken", metadata: ["fault": "\(error)"])
        }
    }
}

/// Bounds of a function's loop.
private enum LambdaLimits {
    /// Tries to fetch a call, one after the other, until the process ends.
    static let pollAttempts = 5
    /// A sweep is not begun with less time left.
    static let shortestSweep: Duration = .seconds(1)
}
