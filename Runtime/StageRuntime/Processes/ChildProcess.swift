internal import Cloud
internal import Dispatch
internal import Glibc
internal import Pipeline
internal import Synchronization

/// A child process that is waited for on a thread of its own, and can be killed until then.
final class ChildProcess: Sendable {
    /// How a process has ended.
    enum Status: Equatable, CustomStringConvertible {
        case exited(Int32)
        case killed(signal: Int32)

        /// Whether it ended by itself, or was asked to.
        var isOrderly: Bool {
            switch self {
            case .exited: true
            case .killed(let signal): [SIGINT, SIGTERM, SIGHUP].contains(signal)
            }
        }

        var description: String {
            switch self {
            case .exited(let code): "exited with code \(code)"
            case .killed(let signal): "was ended by signal \(signal) (\(String(cString: strsignal(signal))))"
            }
        }
    }

    private let id: pid_t
    private let hasEnded = Mutex(false)

    /// Starts a program with this process's variables.
    ///
    /// - Parameters:
    ///   - path: of the program.
    ///   - arguments: without its name.
    ///   - input: its standard input.
    ///   - output: its standard output.
    ///   - errors: its standard error; nil to share this process's.
    /// - Throws: retry, where it can't be started.
    init(_ path: String, _ arguments: [String], input: Int32, output: Int32, errors: Int32? = nil) throws(Fault) {
        let program = ProgramStart(
            path,
            arguments,
            input: .descriptor(input),
            output: .descriptor(output),
            errors: errors.map { .descriptor($0) } ?? .shared
        )
        do {
            id = try program.start()
        } catch {
            throw .retry("process.start", underlying: error)
        }
    }

    func wait() async -> Status {
        await withCheckedContinuation { done in
            DispatchQueue(label: "media.process").async { done.resume(returning: self.waitNow()) }
        }
    }

    func kill() {
        hasEnded.withLock { if !$0 { _ = Glibc.kill(id, SIGKILL) } }
    }

    private func waitNow() -> Status {
        var info = siginfo_t()
        // Seen before it is reaped: from then on its number may be another's, and it must not be killed any more.
        while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR {}
        return hasEnded.withLock { hasEnded in
            hasEnded = true
            var status: Int32 = 0
            while waitpid(id, &status, 0) < 0 && errno == EINTR {}
            return status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
        }
    }
}
