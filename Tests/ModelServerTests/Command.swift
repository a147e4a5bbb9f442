import FoundationEssentials
import Glibc

/// Runs a command of the system's shell.
enum Command {
    struct Failed: Error {
        let command: String
    }

    /// What the command writes to its output.
    static func output(_ command: String) throws -> [UInt8] {
        guard let stream = popen(command, "r") else { throw Failed(command: command) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, stream), count > 0 {
            bytes += chunk[..<count]
        }
        guard pclose(stream) == 0, !bytes.isEmpty else { throw Failed(command: command) }
        return bytes
    }

    /// Speech of a synthetic voice as a WAVE file, 16 kHz.
    static func speech(_ text: String) throws -> [UInt8] {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).wav").path
        return try output("flite -voice kal16 -t '\(text)' -o \(file) && cat \(file) && rm \(file)")
    }

    /// The first frame of one of ffmpeg's own sources with its filters, in RGB.
    static func frame(_ source: String) throws -> [UInt8] {
        try output("ffmpeg -v error -f lavfi -i \"\(source)\" -frames:v 1 -f rawvideo -pix_fmt rgb24 -")
    }
}
