/// The runs under way, so that a shutdown can wait for them.
actor Runs {
    private var tasks: [Int: Task<Void, Never>] = [:]
    private var count = 0

    func begin(_ run: @escaping @Sendable () async -> Void) {
        count += 1
        let id = count
        tasks[id] = Task.detached {
            await run()
            await self.end(id)
        }
    }

    /// Waits for all runs; cancels those that are left after `grace`.
    func finish(within grace: Duration) async {
        let tasks = Array(tasks.values)
        let cancelling = Task.detached {
            try await Task.sleep(for: grace)
            for task in tasks { task.cancel() }
        }
        for task in tasks { await task.value }
        cancelling.cancel()
    }

    private func end(_ id: Int) { tasks[id] = nil }
}
