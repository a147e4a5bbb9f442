import Foundation
import Pipeline

/// A temporary folder with media files made by the `ffmpeg` command; it goes when the test ends.
final class Workspace {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("media-decode-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Makes `name` by `ffmpeg`; the arguments are split at spaces.
    func make(_ name: String, _ arguments: String) throws -> FileByteSource {
        var command = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
        command += arguments.split(separator: " ").map(String.init)
        _ = try run(command + [path(name)])
        return try FileByteSource(path(name))
    }

    func write(_ name: String, _ bytes: [UInt8]) throws -> FileByteSource {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return try FileByteSource(path(name))
    }

    func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name)))) }

    /// Runs a command and gives its standard output, by way of a file: a pipe's reader may be interrupted by signals.
    func run(_ command: [String]) throws -> Data {
        let process = Process()
        let outputPath = path("output")
        try Data().write(to: URL(fileURLWithPath: outputPath))
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: outputPath))
        defer { try? output.close() }
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardOutput = output
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CommandFailed(command: command.joined(separator: " ")) }
        return try Data(contentsOf: URL(fileURLWithPath: outputPath))
    }
}

struct CommandFailed: Error {
    let command: String
}
