import Foundation
import Glibc

/// A PostgreSQL server in a temporary folder, started by `infra/local/postgres`.
struct TestServer: Sendable {
    struct StartFailed: Error {
        let command: String
    }

    /// `postgresql://media@127.0.0.1:PORT/media`
    private let started: String

    static func start() throws -> TestServer {
        let folder = FileManager.default.temporaryDirectory.path + "/postgres-\(UUID().uuidString)"
        // The folder of this file may be reached by a link; the script's own place decides where it looks.
        let tests = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        let script = tests.appending(path: "../../infra/local/postgres").standardizedFileURL.path
        let command = "'\(script)' start '\(folder)'"
        guard let url = output(of: command)?.split(separator: "\n").last else { throw StartFailed(command: command) }
        try stopAtEnd(script: script, folder: folder)
        return TestServer(started: String(url))
    }

    func url(role: String, database: String) -> String {
        started.replacing("//media@", with: "//\(role)@").replacing(/\/media$/, with: "/\(database)")
    }

    /// - Returns: nil where the command failed.
    private static func output(of command: String) -> String? {
        guard let stream = popen(command, "re") else { return nil }
        var bytes: [UInt8] = []
        while case let byte = fgetc(stream), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
        return pclose(stream) == 0 ? String(decoding: bytes, as: UTF8.self) : nil
    }

    /// Leaves a process behind that waits for this one's end: its standard input closes then. An interrupt from the
    /// keyboard reaches it too, and must not end it.
    private static func stopAtEnd(script: String, folder: String) throws {
        let command = "trap '' INT HUP; exec >/dev/null 2>&1; cat; '\(script)' stop '\(folder)'; rm -rf '\(folder)'"
        // The stream is never closed by hand.
        guard popen(command, "we") != nil else { throw StartFailed(command: command) }
    }
}
