import Cloud
import Foundation
import Pipeline

/// A ministack of this test run's own: S3 and SQS on a free port of loopback. It ends with the process.
final class MiniStack: Sendable {
    struct StartFault: Error, CustomStringConvertible {
        let description: String
    }

    private static let shared = Task { try await MiniStack() }

    /// "http://127.0.0.1:4566".
    let url: String
    let settings: AWSSettings
    let client: AWSClient
    let http = CurlHTTPClient()
    /// The server's guard ends it when this pipe closes, however this process ends.
    private let lifeline = Pipe()

    static func running() async throws -> MiniStack { try await shared.value }

    var sqs: SQSCaller { SQSCaller(client: client, endpoint: settings.sqs) }

    private init() async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        try Self.run(root.appending(path: "infra/local/environment"))
        let port = try Self.freePort()
        url = "http://127.0.0.1:\(port)"
        settings = try AWSSettings(environment: ["AWS_REGION": "eu-central-1", "AWS_ENDPOINT_URL": url])
        let credentials = try DefaultCredentialProvider(
            environment: ["AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"],
            http: http
        )
        client = AWSClient(http: http, credentials: credentials, region: settings.region)
        try start(root.appending(path: ".local/venv/bin/ministack"), port)
        try await waitUntilReady(url)
    }

    private func start(_ binary: URL, _ port: Int) throws {
        let server = Process()
        server.executableURL = URL(filePath: "/bin/sh")
        // A child of this process starts with most signals blocked: only KILL is sure to end it.
        server.arguments = ["-c", #""$0" & server=$!; cat >/dev/null; kill -KILL $server"#, binary.path]
        server.environment = ProcessInfo.processInfo.environment.merging(
            ["GATEWAY_PORT": String(port), "BIND_HOST": "127.0.0.1", "LOG_LEVEL": "ERROR"]
        ) { $1 }
        server.standardInput = lifeline
        server.standardOutput = FileHandle.nullDevice
        server.standardError = FileHandle.nullDevice
        try server.run()
    }

    private func waitUntilReady(_ url: String) async throws {
        let request = HTTPRequest(method: "GET", url: "\(url)/_ministack/health", timeout: .total(.seconds(2)))
        for _ in 0..<300 {
            if let response = try? await http.send(request), response.status == 200 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw StartFault(description: "ministack did not answer at \(url) within 30 s")
    }

    private static func run(_ tool: URL) throws {
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
