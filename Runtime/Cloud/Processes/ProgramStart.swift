internal import Glibc

/// A program to start, with clean signals: none is blocked or ignored in it, so that SIGTERM reaches it.
package struct ProgramStart: Sendable {
    /// What one of the program's standard descriptors is.
    package enum Stream: Sendable {
        /// This process's own.
        case shared
        /// Reads nothing, and drops what is written.
        case nothing
        case descriptor(Int32)
    }

    /// Which signals of others reach it.
    package enum Group: Sendable {
        /// Those to this process's group.
        case shared
        /// Those to its own group, which has the number of the process.
        case own
        /// As `own`, and it outlives this process's terminal.
        case session
    }

    /// glibc's POSIX_SPAWN_SETSID, which the header keeps for GNU sources.
    private static let newSession: Int32 = 0x80

    private let path: String
    private let arguments: [String]
    private let environment: [String: String]?
    private let streams: [Stream]
    private let group: Group

    /// - Parameters:
    ///   - path: of the program.
    ///   - arguments: without the program's name.
    ///   - environment: all of its variables; nil for those of this process.
    ///   - input: standard input.
    ///   - output: standard output.
    ///   - errors: standard error.
    ///   - group: which signals reach it.
    package init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String]? = nil,
        input: Stream = .shared,
        output: Stream = .shared,
        errors: Stream = .shared,
        group: Group = .shared
    ) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
        streams = [input, output, errors]
        self.group = group
    }

    /// Starts the program.
    ///
    /// - Returns: its number. The caller waits for it.
    /// - Throws: why it can't be started.
    package func start() throws(Errno) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        for (number, stream) in zip(STDIN_FILENO..., streams) {
            switch stream {
            case .shared: break
            case .nothing: posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
            case .descriptor(let descriptor): posix_spawn_file_actions_adddup2(&actions, descriptor, number)
            }
        }
        withUnsafeTemporaryAllocation(of: sigset_t.self, capacity: 1) { buffer in
            guard let signals = buffer.baseAddress else { return }
            sigfillset(signals)
            posix_spawnattr_setsigdefault(&attributes, signals)
            sigemptyset(signals)
            posix_spawnattr_setsigmask(&attributes, signals)
        }
        let group: Int32 =
            switch self.group {
            case .shared: 0
            case .own: Int32(POSIX_SPAWN_SETPGROUP)
            case .session: Self.newSession
            }
        let flags = Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK) | group
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var id = pid_t()
        let code = Self.withCStrings([path] + arguments) { words in
            guard let environment else { return posix_spawn(&id, path, &actions, &attributes, words, environ) }
            return Self.withCStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
                posix_spawn(&id, path, &actions, &attributes, words, variables)
            }
        }
        guard code == 0 else { throw Errno(code: code) }
        return id
    }

    private static func withCStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }
        return body(pointers)
    }
}

extension ProgramStart {
    /// A number of the system's errors.
    package struct Errno: Error, CustomStringConvertible {
        let code: Int32

        package var description: String { String(cString: strerror(code)) }
    }
}
