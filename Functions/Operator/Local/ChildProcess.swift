import Cloud
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
        let program = ProgramStart(
            path,
            arguments,
            environment: environment,
            input: ownSession ? .nothing : .shared,
            output: output.map { .descriptor($0) } ?? .shared,
            errors: errors.map { .descriptor($0) } ?? .shared,
            group: ownSession ? .session : .shared
        )
        do {
            id = try program.start()
        } catch {
            throw Failure("\(path) can't be started: \(error)")
        }
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
}
