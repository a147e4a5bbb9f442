internal import Glibc
internal import Pipeline

/// A command line that is run by the shell within a time limit; past it, all that it started is killed.
struct ShellCommand: Sendable {
    private static let outputByteCount = 64 << 10
    private static let endCheckMicroseconds: UInt32 = 5_000

    let line: String
    let environment: [String: String]
    let timeLimit: Duration

    /// Runs the command; blocks the thread.
    ///
    /// - Returns: what it printed. Its errors are thrown away: they may hold anything.
    /// - Throws: retry, where it can't be started, fails, prints more than 64 KiB, or does not end in time.
    func run() throws(Fault) -> [UInt8] {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Self.fault("has no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        let deadline = ContinuousClock.now + timeLimit
        let shell = ProgramStart(
            "/bin/sh",
            ["-c", line],
            environment: environment,
            input: .nothing,
            output: .descriptor(ends[1]),
            errors: .nothing,
            group: .own
        )
        let child = try? shell.start()
        close(ends[1])
        guard let child else { throw Self.fault("can't be started") }
        guard let output = Self.read(ends[0], until: deadline), let status = Self.status(of: child, until: deadline)
        else {
            kill(-child, SIGKILL)
            while waitpid(child, nil, 0) < 0 && errno == EINTR {}
            throw Self.fault("did not end within \(timeLimit), or printed more than 64 KiB")
        }
        guard status == 0 else { throw Self.fault("failed; run it by hand to see why") }
        return output
    }

    private static func fault(_ reason: String) -> Fault {
        .retry(LocalAgent.operation, underlying: NoCredentials("credential_process \(reason)"))
    }

    private static func read(_ descriptor: Int32, until deadline: ContinuousClock.Instant) -> [UInt8]? {
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while output.count <= outputByteCount {
            let rest = (deadline - .now) / .milliseconds(1)
            guard rest > 0 else { return nil }
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, Int32(min(rest.rounded(.up), 60_000))) > 0 else { continue }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return count == 0 ? output : nil }
            output += chunk[..<count]
        }
        return nil
    }

    private static func status(of child: pid_t, until deadline: ContinuousClock.Instant) -> Int32? {
        var status: Int32 = 0
        while deadline > .now {
            if waitpid(child, &status, WNOHANG) == child { return status }
            usleep(endCheckMicroseconds)
        }
        return nil
    }
}
