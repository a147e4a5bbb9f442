import Dispatch
import Foundation

/// A program started by this one, with clean signals: Foundation's own starts children that no SIGTERM reaches.
struct ChildProcess: Sendable {
    let id: pid_t

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - path: of the program.
    ///   - arguments: without the program's name.
    ///   - environment: all of its variables.
    ///   - output: gets standard output; nil to share this process's.
    ///   - errors: gets standard error; nil to share this process's.
    ///   - ownSession: whether it outlives this process's terminal.
    /// - Throws: a failure, where it can't be started.
    init(
        _ path: String,
        _ arguments: [String] = [],
        environment: [String: String],
        output: Int32? = nil,
        errors: Int32? = nil,
        ownSession: Bool = false
    ) throws {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        if let output { posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) }
        if let errors { posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO) }
        if ownSession { posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) }
        var all = sigset_t()
        var none = sigset_t()
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        let session = ownSession ? Int32(0x80) : 0
        posix_spawnattr_setflags(
            &attributes,
            Int16(Int32(POSIX_SPAWN_SETSIGDEF) | Int32(POSIX_SPAWN_SETSIGMASK) | session)
        )

        var id = pid_t()
        let names = environment.map { "\($0.key)=\($0.value)" }
        let code = Self.withCStrings([path] + arguments) { argv in
            Self.withCStrings(names) { envp in posix_spawn(&id, path, &actions, &attributes, argv, envp) }
        }
        guard code == 0 else { throw Failure("\(path) can't be started: \(String(cString: strerror(code)))") }
        self.id = id
    }

    /// Waits for the end, on a thread of its own.
    ///
    /// - Returns: the exit status; 128 and the signal's number, where a signal ended it.
    func wait() async -> Int32 {
        await withCheckedContinuation { done in
            Thread.detachNewThread { done.resume(returning: waitNow()) }
        }
    }

    /// Waits for the end, on the caller's thread.
    func waitNow() -> Int32 {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0 && errno == EINTR {}
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }

    /// Runs a program to its end.
    ///
    /// - Returns: its exit status, and what it printed.
    static func run(
        _ path: String,
        _ arguments: [String],
        environment: [String: String]
    ) async throws -> (status: Int32, output: String) {
        let path = (path, "\(NSTemporaryDirectory())media-\(UUID().uuidString)")
        let descriptor = open(path.1, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure("\(path.1): \(String(cString: strerror(errno)))") }
        unlink(path.1)
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let status = try await ChildProcess(path.0, arguments, environment: environment, output: descriptor).wait()
        try file.seek(toOffset: 0)
        return (status, String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self))
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
