import Cloud
import Foundation
import Pipeline

/// A server that ends with this process, however this process ends.
final class ServerProcess: Sendable {
    struct StartFault: Error, CustomStringConvertible {
        let description: String
    }

    private let name: String
    /// The server's guard ends it when this pipe closes.
    private let lifeline = Pipe()

    init(_ name: String, _ command: [String], _ environment: [String: String] = [:]) throws {
        self.name = name
        let server = Process()
        server.executableURL = URL(filePath: "/bin/sh")
        // A child of this process starts with most signals blocked: only KILL is sure to end it.
        server.arguments = ["-c", #""$0" "$@" & server=$!; cat >/dev/null; kill -KILL $server"#] + command
        server.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        server.standardInput = lifeline
        server.standardOutput = FileHandle.nullDevice
        server.standardError = FileHandle.nullDevice
        try server.run()
    }

    func waitUntilReady(_ url: String, _ http: CurlHTTPClient) async throws {
        let request = HTTPRequest(method: "GET", url: url, timeout: .total(.seconds(2)))
        for _ in 0..<300 {
            if let response = try? await http.send(request), response.status == 200 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw StartFault(description: "\(name) did not answer at \(url) within 30 s")
    }

    /// Runs a tool to its end.
    static func run(_ tool: URL) throws {
        let process = Process()
        process.executableURL = tool
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw StartFault(description: "\(tool.path) failed") }
    }

    static func freePort() throws -> Int {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw StartFault(description: "there is no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
