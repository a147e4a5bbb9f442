internal import Pipeline

/// A stage's command line.
enum StageArguments: Equatable {
    struct Replay: Equatable {
        var path: String
        var commits: Bool
    }

    case work
    case help
    case topology
    /// Started by a worker, for one run.
    case quarantine
    case healthy
    case replay(Replay)

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
            let commits = arguments.contains("--commit")
            let rest = arguments.filter { $0 != "--commit" }
            guard rest.count == 2, rest[0] == "--replay" else {
                throw .reject("arguments", "'\(arguments.joined(separator: " "))' is not understood; see --help")
            }
            self = .replay(Replay(path: rest[1], commits: commits))
        }
    }
}
