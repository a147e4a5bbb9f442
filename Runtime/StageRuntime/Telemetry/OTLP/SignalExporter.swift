internal import Dispatch
internal import Logging

/// Exports one signal, from its own thread: what is due goes out each period, and as soon as a whole batch is there.
actor SignalExporter {
    private let executor: ThreadExecutor
    private let period: Duration
    private let sender: OTLPSender
    private let next: @Sendable () -> ExportBatch?
    private let counts: ExportCounts
    private let logger: Logger
    private var exporting: Task<Void, Never>?
    private var timer: (any DispatchSourceTimer)?
    private var isStopped = false
    private var warned: ContinuousClock.Instant?

    init(
        period: Duration,
        executor: ThreadExecutor,
        sender: OTLPSender,
        counts: ExportCounts,
        logger: Logger,
        next: @escaping @Sendable () -> ExportBatch?
    ) {
        self.period = period
        self.executor = executor
        self.sender = sender
        self.counts = counts
        self.logger = logger
        self.next = next
    }

    func start() {
        guard timer == nil, !isStopped else { return }
        let timer = DispatchSource.makeTimerSource(queue: executor.queue)
        let seconds = period / .seconds(1)
        timer.schedule(deadline: .now() + seconds, repeating: seconds, leeway: .milliseconds(Int(seconds * 100)))
        timer.setEventHandler { [weak self, executor] in
            Task(executorPreference: executor) { await self?.exportDue() }
        }
        timer.resume()
        self.timer = timer
    }

    /// Begins to export what is there, unless that is under way.
    func exportDue() {
        guard exporting == nil, !isStopped else { return }
        exporting = Task(executorPreference: executor) { await self.exportOnce() }
    }

    private func exportOnce() async {
        await export()
        exporting = nil
    }

    /// Exports all that is there by now, and waits for it.
    func flush() async {
        await exporting?.value
        exportDue()
        await exporting?.value
    }

    /// Breaks off what is under way; nothing is exported from now on.
    func stop() {
        isStopped = true
        timer?.cancel()
        timer = nil
        exporting?.cancel()
    }

    private func export() async {
        var batch = next()
        while let current = batch {
            switch await sender.send(current.body) {
            case .sent(let rejectedCount):
                counts.exported(max(0, current.count - rejectedCount))
                guard rejectedCount > 0 else { break }
                counts.failed(rejectedCount, error: "rejected")
                warn("rejected", rejectedCount)
            case .failed(let error):
                counts.failed(current.count, error: error)
                warn(error, current.count)
            }
            guard current.hasMore, !isStopped, !Task.isCancelled else { return }
            batch = next()
        }
    }

    /// Says so at most once a minute, and on standard error alone: an outage is no reason for more to send.
    private func warn(_ error: String, _ count: Int) {
        let now = ContinuousClock.now
        if let warned, now - warned < .seconds(60) { return }
        warned = now
        logger.warning(
            "telemetry was not exported",
            metadata: ["signal": "\(counts.signal.rawValue)", "error": "\(error)", "dropped": "\(count)"]
        )
    }
}
