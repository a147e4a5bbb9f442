import Cloud
import Foundation
import Pipeline

/// An emulator of AWS of this test run's own, on a free port of loopback. It ends with the process.
///
/// One that does not start fails the tests that need it: its package is pinned in infra/local/requirements.txt.
final class AWSServer: Sendable {
    static let kinds: [ContractServer] = [.ministack, .moto]

    let settings: AWSSettings
    let client: AWSClient
    let http = CurlHTTPClient()
    private let process: ServerProcess

    private static let ministack = Task {
        try await AWSServer("ministack", "/_ministack/health") { port in
            (["ministack"], ["GATEWAY_PORT": "\(port)", "BIND_HOST": "127.0.0.1", "LOG_LEVEL": "ERROR"])
        }
    }
    private static let moto = Task {
        try await AWSServer("moto", "/moto-api/data.json") { port in
            (["moto_server", "-H", "127.0.0.1", "-p", "\(port)"], [:])
        }
    }

    static func running(_ server: ContractServer = .ministack) async throws -> AWSServer {
        ContractRun.uses(server)
        return try await server == .moto ? moto.value : ministack.value
    }

    var sqs: SQSCaller { SQSCaller(client: client, endpoint: settings.sqs) }
    var s3Administration: S3Administration { S3Administration(client: client, endpoint: settings.s3) }

    func store(_ bucket: String) -> S3ObjectStore {
        S3ObjectStore(bucket: bucket, client: client, endpoint: settings.s3)
    }

    /// - Parameters:
    ///   - name: for the fault.
    ///   - health: the path that answers once the server is ready.
    ///   - command: what to run, from the virtual environment's folder, for a port.
    /// - Throws: where it did not start.
    private init(
        _ name: String,
        _ health: String,
        _ command: (Int) -> (words: [String], environment: [String: String])
    ) async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        try ServerProcess.run(root.appending(path: "infra/local/environment"))
        let port = try ServerProcess.freePort()
        let url = "http://127.0.0.1:\(port)"
        // As on Amazon, so that the emulators look at checksums too.
        settings = try AWSSettings(environment: [
            "AWS_REGION": "eu-central-1", "AWS_ENDPOINT_URL": url,
            "AWS_REQUEST_CHECKSUM_CALCULATION": "when_supported",
            "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_supported",
        ])
        let credentials = try DefaultCredentialProvider(
            environment: ["AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"],
            http: http
        )
        client = AWSClient(http: http, credentials: credentials, region: settings.region)
        let (words, environment) = command(port)
        let binary = root.appending(path: ".local/venv/bin/\(words[0])").path
        process = try ServerProcess(name, [binary] + words.dropFirst(), environment)
        try await process.waitUntilReady("\(url)\(health)", http)
    }
}
