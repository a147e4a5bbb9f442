internal import Pipeline

/// A stage's command line.
enum StageArguments: Equatable {
    struct Replay: Equatable {
        var path: String
        var commits: Bool
        /// Nothing is said beside the report: started by a program that reads it.
        var isQuiet = false
    }

    struct Record: Equatable {
        var folder: String
        var count = CaseLimits.count
    }

    case work
    case help
    case topology
    /// Started by a worker, for one run.
    case quarantine
    case healthy
    case replay(Replay)
    /// Work, and keep deliveries as cases.
    case record(Record)

    /// Reads the arguments behind the command's name.
    ///
    /// - Throws: reject, where they are not understood.
    init(_ arguments: [String]) throws(Fault) {
        switch arguments {
        case []: self = .work
        case ["--help"], ["-h"]: self = .help
        case ["--topology"]: self = .topology
        case [ProcessQuarantine.argument]: self = .quarantine
        case ["--healthy"]: self = .healthy
        default:
            if let record = Self.record(arguments) {
                self = .record(record)
            } else if let replay = Self.replay(arguments) {
                self = .replay(replay)
            } else {
                throw .reject("arguments", "'\(arguments.joined(separator: " "))' is not understood; see --help")
            }
        }
    }

    private static func record(_ arguments: [String]) -> Record? {
        var rest = arguments
        guard let folder = take("--record", from: &rest), !folder.isEmpty else { return nil }
        let hasCount = rest.contains("--count")
        let count = take("--count", from: &rest).flatMap { Int($0) }
        guard rest.isEmpty, hasCount == (count != nil), count ?? 1 > 0 else { return nil }
        return Record(folder: folder, count: count ?? CaseLimits.count)
    }

    private static func replay(_ arguments: [String]) -> Replay? {
        let rest = arguments.filter { !["--commit", "--quiet"].contains($0) }
        guard rest.count == 2, rest[0] == "--replay" else { return nil }
        return Replay(
            path: rest[1],
            commits: arguments.contains("--commit"),
            isQuiet: arguments.contains("--quiet")
        )
    }

    /// Takes an option and its value out of the arguments.
    private static func take(_ name: String, from arguments: inout [String]) -> String? {
        guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else { return nil }
        let value = arguments[index + 1]
        arguments.removeSubrange(index...(index + 1))
        return value
    }
}
