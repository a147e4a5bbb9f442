package import Pipeline

/// A program that is run over a file which may mean harm: apart from this process, and within limits.
///
/// The shell sets the limits before it becomes the program, so that there is no moment without them.
package struct LimitedProgram: Sendable {
    /// What the program may take.
    package struct Limits: Sendable {
        package var memoryByteCount = 1 << 30
        package var processorSeconds = 120
        package var outputByteCount = 64 << 20
        package var time: Duration = .seconds(300)

        package init() {}
    }

    /// How it went.
    package struct Outcome: Sendable {
        /// Its exit code; nil where a limit or a fault of its own has ended it.
        package let code: Int32?
        package let output: [UInt8]
        /// The beginning of what it said on standard error.
        package let errors: String
        /// Whether it wrote more than it may: the output is cut.
        package let isCut: Bool
    }

    private static let errorByteCount = 4096

    private let name: String
    private let limits: Limits
    private let input: ScratchDescriptor

    /// Sets the file aside that the program is to read.
    ///
    /// - Parameters:
    ///   - name: of the program, in one of PATH's folders.
    ///   - limits: for each run.
    ///   - source: of the bytes that it finds as its standard input, and as /dev/stdin.
    /// - Throws: the source's fault; retry, where there is no room.
    package init(_ name: String, limits: Limits = Limits(), reading source: any ByteSource) async throws(Fault) {
        self.name = name
        self.limits = limits
        input = try ScratchDescriptor([])
        try await input.fill(from: source)
    }

    private init(_ name: String, _ limits: Limits, _ input: ScratchDescriptor) {
        self.name = name
        self.limits = limits
        self.input = input
    }

    /// Another program over the same file.
    package func named(_ other: String) -> LimitedProgram { LimitedProgram(other, limits, input) }

    /// Runs the program.
    ///
    /// - Parameter arguments: without its name.
    /// - Returns: how it went, whatever that is.
    /// - Throws: retry, where it can't be started, and where the task was cancelled.
    package func run(_ arguments: [String]) async throws(Fault) -> Outcome {
        let output = try ScratchDescriptor([])
        let errors = try ScratchDescriptor([])
        // In kilobytes, seconds, and blocks of 512 bytes; a limit that can't be set is stricter already.
        let script = """
            for limit in '-c 0' '-v \(limits.memoryByteCount >> 10)' '-t \(limits.processorSeconds)' \
            '-f \(limits.outputByteCount >> 9)'; do ulimit $limit 2>/dev/null; done; exec "$@"
            """
        let child = try ChildProcess(
            "/bin/sh",
            ["-c", script, "sh", name] + arguments,
            input: input.number,
            output: output.number,
            errors: errors.number
        )
        let time = limits.time
        let limit = Task {
            try await Task.sleep(for: time)
            child.kill()
        }
        let status = await withTaskCancellationHandler {
            await child.wait()
        } onCancel: {
            child.kill()
        }
        limit.cancel()
        if Task.isCancelled { throw .retry(name, underlying: CancellationError()) }
        let bytes = output.read(atMost: limits.outputByteCount)
        var code: Int32?
        if case .exited(let number) = status { code = number }
        if code == 126 || code == 127 { throw .retry("\(name): it is not installed") }
        return Outcome(
            code: code,
            output: bytes,
            errors: String(decoding: errors.read(atMost: Self.errorByteCount), as: UTF8.self),
            isCut: bytes.count >= limits.outputByteCount
        )
    }
}
