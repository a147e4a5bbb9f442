import Foundation

/// `MediaBenchmark NAME ARGUMENT...` runs one of the media engine's parts over files, for the benchmarks beside it.
let arguments = Array(CommandLine.arguments.dropFirst())
let runs: [String: ([String]) async throws -> Void] = [
    "hash": HashRuns.run,
    "match": MatchRuns.run,
    "probe": ProbeRuns.run,
    "scenes": SceneRuns.run,
    "shots": ShotRuns.run,
    "sound": SoundRuns.run,
    "textgate": TextGateRuns.run,
]

guard let name = arguments.first, let run = runs[name] else {
    FileHandle.standardError.write(Data("usage: MediaBenchmark NAME ARGUMENT...\n".utf8))
    exit(2)
}
try await run(Array(arguments.dropFirst()))
