import Foundation

/// A temporary folder with sound files made by commands; it goes when the test ends.
final class SoundWorkspace {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("media-sound-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Makes `name` by `ffmpeg`; the arguments are split at spaces.
    func make(_ name: String, _ arguments: String) throws -> SoundFile {
        var command = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
        command += arguments.split(separator: " ").map(String.init)
        _ = try run(command + [path(name)])
        return try SoundFile(path(name))
    }

    /// Makes `name` by a voice of flite.
    func speak(_ name: String, _ text: String, voice: String) throws -> SoundFile {
        _ = try run(["flite", "-voice", voice, "-t", text, "-o", path(name)])
        return try SoundFile(path(name))
    }

    /// Runs a command and gives what it prints, by way of a file: a pipe's reader may be interrupted by signals.
    func run(_ command: [String], errors: Bool = false) throws -> String {
        let process = Process()
        let output = FileManager.default.temporaryDirectory.appendingPathComponent("media-sound-\(UUID().uuidString)")
        try Data().write(to: output)
        defer { try? FileManager.default.removeItem(at: output) }
        let handle = try FileHandle(forWritingTo: output)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        if errors { process.standardError = handle } else { process.standardOutput = handle }
        try process.run()
        process.waitUntilExit()
        try handle.close()
        guard process.terminationStatus == 0 else { throw CommandFailed(command: command.joined(separator: " ")) }
        return String(decoding: try Data(contentsOf: output), as: UTF8.self)
    }

    struct CommandFailed: Error {
        let command: String
    }
}
