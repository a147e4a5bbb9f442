import FoundationEssentials
import Glibc
import Testing

@testable import ModelServer

/// The server's own executable, started on a free port.
final class RunningServer {
    private(set) var port: UInt16 = 0
    private let process: pid_t
    private let readyFile: String
    private var hasEnded = false

    /// Starts the executable beside the tests' and waits until its models are loaded.
    init() async throws {
        readyFile = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).ready").path
        process = try Self.spawn(
            ["--port", "0", "--ready-file", readyFile],
            environment: ["MEDIA_EMBEDDING_MODEL=\(TestFiles.embeddingModel())", "MEDIA_MODEL_ENGINES=1"]
        )
        port = try await Self.port(readyFile, of: process)
    }

    deinit {
        unlink(readyFile)
        guard !hasEnded else { return }
        kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    /// Asks the process to end.
    ///
    /// - Returns: its exit code; nil where a signal ended it.
    func terminate() -> Int32? {
        kill(process, SIGTERM)
        hasEnded = true
        return Self.exitCode(process)
    }

    /// Starts the executable and waits for its end.
    ///
    /// - Returns: its exit code; nil where a signal ended it.
    static func exitCode(_ arguments: [String], environment: [String]) throws -> Int32? {
        exitCode(try spawn(arguments, environment: environment))
    }

    private static func exitCode(_ process: pid_t) -> Int32? {
        var status: Int32 = 0
        waitpid(process, &status, 0)
        return status & 0x7F == 0 ? status >> 8 & 0xFF : nil
    }

    func get(_ path: String) throws -> HTTPClient.Answer {
        try HTTPClient.send("GET", path, port: port)
    }

    func post(
        _ path: String,
        _ body: some Sequence<UInt8>,
        type: String = "application/json",
        headers: [String: String] = [:]
    ) throws -> HTTPClient.Answer {
        let all = headers.merging(["content-type": type]) { first, _ in first }
        return try HTTPClient.send("POST", path, port: port, headers: all, body: body)
    }

    private static func path(_ link: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: link)
    }

    /// The tests may be run by a program of the toolchain: then the bundle's path is among the arguments.
    private static func productsFolder(_ executable: String) -> String? {
        let candidates = [executable] + CommandLine.arguments
        return candidates.lazy
            .compactMap { path in path.lastIndex(of: "/").map { String(path[..<$0]) } }
            .first { FileManager.default.isExecutableFile(atPath: "\($0)/media-modelserver") }
    }

    private static func spawn(_ arguments: [String], environment: [String]) throws -> pid_t {
        let tests = try #require(Self.path("/proc/self/exe"))
        let executable = "\(try #require(Self.productsFolder(tests)))/media-modelserver"
        let words = ([executable] + arguments).map { strdup($0) } + [nil]
        let inherited = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("MEDIA_") }
            .map { "\($0.key)=\($0.value)" }
        let variables = (inherited + environment).map { strdup($0) } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var process: pid_t = 0
        guard posix_spawn(&process, executable, nil, nil, words, variables) == 0 else {
            throw HTTPClient.Failed(reason: "\(executable) does not start")
        }
        return process
    }

    private static func port(_ readyFile: String, of process: pid_t) async throws -> UInt16 {
        let limit = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < limit, kill(process, 0) == 0 {
            if let address = try? Data(contentsOf: URL(filePath: readyFile)),
                let port = String(decoding: address, as: UTF8.self).split(separator: ":").last.flatMap({ UInt16($0) })
            {
                return port
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw HTTPClient.Failed(reason: "the server was not ready in 60 s")
    }
}
