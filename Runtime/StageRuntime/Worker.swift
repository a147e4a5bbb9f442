internal import Logging
package import Pipeline

/// A stage at work: receives as many messages as it has free slots, and runs each by itself.
package struct Worker<S: Stage>: Sendable {
    private let world: World
    private let runner: Runner<S>
    private let slots: Slots

    package init(stage: S, world: World) {
        self.world = world
        self.runner = Runner(stage: stage, world: world)
        self.slots = Slots(S.limits.concurrency)
    }

    /// Works until the task is cancelled; then lets runs end for `grace`, cancels what is left, and returns.
    package func run(grace: Duration = .seconds(20)) async {
        let runs = Runs()
        await withTaskCancellationHandler {
            await withTaskGroup { group in
                group.addTask { await poll(into: runs) }
                group.addTask { await sweep() }
            }
        } onCancel: {
            Task { await slots.close() }
        }
        await runs.finish(within: grace)
    }

    /// One long poll at a time; what it brings is begun even when the worker is being stopped meanwhile, or given back.
    private func poll(into runs: Runs) async {
        let queue = world.queues(S.name)
        var failures = 0
        while !Task.isCancelled {
            let free = await slots.take(atMost: WorkerLimits.batch)
            guard free > 0 else { return }
            var deliveries: [Delivery] = []
            do {
                deliveries = try await queue.receive(
                    atMost: free,
                    wait: WorkerLimits.poll,
                    lease: .seconds(S.limits.leaseSeconds)
                )
                failures = 0
            } catch  where !Task.isCancelled {
                failures += 1
                world.logger.warning("receive failed", metadata: ["fault": "\(error)"])
                var random = SystemRandomNumberGenerator()
                try? await Task.sleep(for: world.backOff.delay(afterAttempt: failures, using: &random))
            } catch {}
            await slots.give(free - deliveries.count)
            if Task.isCancelled {
                let receipts = deliveries.map(\.receipt)
                // Of its own: in a task that is cancelled nothing would be sent.
                await Task { _ = await queue.release(receipts, after: .zero) }.value
                await slots.give(deliveries.count)
                return
            }
            for delivery in deliveries {
                await runs.begin {
                    await runner.run(delivery)
                    await slots.give(1)
                }
            }
        }
    }

    private func sweep() async {
        while !Task.isCancelled {
            let jitter = Duration.milliseconds(Int.random(in: 0...2000))
            try? await Task.sleep(for: WorkerLimits.sweepPeriod + jitter)
            guard !Task.isCancelled else { return }
            do throws(Fault) {
                let count = try await runner.committer.sweep(
                    olderThan: WorkerLimits.unsentAge,
                    atMost: WorkerLimits.sweepBatch
                )
                if count > 0 { world.logger.info("sent what was left", metadata: ["messages": "\(count)"]) }
            } catch {
                world.logger.warning("sweep failed", metadata: ["fault": "\(error)"])
            }
        }
    }
}

/// Bounds of a worker's loops.
enum WorkerLimits {
    /// Messages in one receive: SQS's limit.
    static let batch = 10
    /// Long poll: SQS's limit.
    static let poll: Duration = .seconds(20)
    static let sweepPeriod: Duration = .seconds(5)
    /// A message of the outbox that is this old was left behind.
    static let unsentAge: Duration = .seconds(10)
    static let sweepBatch = 100
}
