package import Pipeline

/// Replays cases by a stage's program, so that one that ends its process ends no worker, nor a command.
package struct ReplayProcess: Sendable {
    private let program: String

    /// - Parameter program: the stage's; this process's own where nothing is said.
    package init(program: String = "/proc/self/exe") { self.program = program }

    /// What `--replay` prints of a case. The case must have a world of its own.
    ///
    /// - Parameter path: of the case's message.
    /// - Returns: the report, a run's fault in it where there is one.
    /// - Throws: reject, where the program printed none or took too long; retry, where it can't be started.
    package func report(of path: String) async throws(Fault) -> String {
        let input = try ScratchDescriptor([])
        let output = try ScratchDescriptor([])
        let arguments = ["--replay", path, "--quiet"]
        let child = try ChildProcess(program, arguments, input: input.number, output: output.number)
        let limit = Task {
            try await Task.sleep(for: CaseLimits.replayTime)
            child.kill()
        }
        let status = await child.wait()
        limit.cancel()
        let report = output.read(atMost: CaseLimits.reportByteCount)
        guard [.exited(0), .exited(1)].contains(status), !report.isEmpty else {
            throw .reject("record", "the replay of \(path) gave no effects: it \(status)")
        }
        guard report.count < CaseLimits.reportByteCount else {
            throw .reject("record", "the effects of \(path) are over \(CaseLimits.reportByteCount) bytes")
        }
        return String(decoding: report, as: UTF8.self)
    }
}
