import Foundation
import Pipeline
import StageRuntime

/// The stack on this machine: where it lies, and what its processes are told.
struct LocalStack: Sendable {
    /// The repository.
    let root: String

    /// Finds the repository: above the working directory, or above this program.
    ///
    /// - Throws: a failure, where neither is in one.
    init() throws {
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        for start in [FileManager.default.currentDirectoryPath, program] {
            var folder = start
            while folder != "/" {
                if FileManager.default.fileExists(atPath: "\(folder)/infra/topology.json") {
                    root = folder
                    return
                }
                folder = URL(fileURLWithPath: folder).deletingLastPathComponent().path
            }
        }
        throw Failure("no infra/topology.json above here: run media inside the repository")
    }

    var folder: String { "\(root)/.local/stack" }
    var environmentFile: String { "\(folder)/environment.json" }
    var modelsFile: String { "\(folder)/models.json" }
    var supervisorFile: String { "\(folder)/supervisor.pid" }
    func pidFile(_ component: String) -> String { "\(folder)/workers/\(component).pid" }
    func logFile(_ component: String) -> String { "\(folder)/workers/\(component).log" }

    /// Runs `infra/local/stack`.
    ///
    /// - Returns: what it printed.
    /// - Throws: a failure, where it ends with an error.
    @discardableResult
    func run(_ command: String) async throws -> String {
        let path = "\(root)/infra/local/stack"
        let variables = ProcessEnvironment.variables()
        let (status, output) = try await ChildProcess.run(path, [command, folder], environment: variables)
        guard status == 0 else { throw Failure("infra/local/stack \(command) has failed") }
        return output
    }

    /// The variables that `media up` has written down.
    func savedEnvironment() -> [String: String] {
        guard let data = FileManager.default.contents(atPath: environmentFile) else { return [:] }
        return (try? JSONDecoder().decode([String: String].self, from: data)) ?? [:]
    }

    func save(_ environment: [String: String]) throws {
        let data = try JSONEncoder().encode(environment)
        try data.write(to: URL(fileURLWithPath: environmentFile), options: .atomic)
    }

    /// The process number in a file, where that process runs and is the program of this name: numbers are used again.
    static func runningProcess(_ file: String, named program: String) -> Int32? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8),
            let process = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
        else { return nil }
        let link = "/proc/\(process)/exe"
        // A program that was built anew while it ran is followed by "(deleted)".
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
        let name = path?.split(separator: "/").last
        return name?.split(separator: " ").first.map(String.init) == program ? process : nil
    }
}
