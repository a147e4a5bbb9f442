import Foundation

/// Media files made by the `ffmpeg` command.
enum MadeMedia {
    /// - Parameters:
    ///   - name: tells the format.
    ///   - arguments: split at spaces.
    /// - Returns: the file's bytes.
    /// - Throws: where there is no file.
    static func bytes(_ name: String, _ arguments: String) throws -> [UInt8] {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString)-\(name)")
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let command = ["ffmpeg", "-nostdin", "-v", "error", "-y"]
        process.arguments = command + arguments.split(separator: " ").map(String.init) + [file.path]
        try process.run()
        process.waitUntilExit()
        return [UInt8](try Data(contentsOf: file))
    }
}
