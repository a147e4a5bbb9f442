import Cloud
import Foundation
import MediaDecode
import Pipeline

/// `MediaBenchmark probe ENDPOINT BUCKET KEY [sound | frames]`: opens an object as the stages do, and prints its facts;
/// with a third word, reads it to its end, too.
enum ProbeRuns {
    static func run(_ arguments: [String]) async throws {
        guard arguments.count >= 3, let endpoint = AWSEndpoint(url: arguments[0]) else {
            throw Fault.reject("probe", "usage: MediaBenchmark probe ENDPOINT BUCKET KEY [sound | frames]")
        }
        let client = AWSClient(http: CurlHTTPClient(), credentials: BenchmarkCredentials(), region: "us-east-1")
        let store = S3ObjectStore(bucket: arguments[1], client: client, endpoint: S3Endpoint(endpoint))
        let reader = try await MediaReader.open(try await store.open(arguments[2]))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        print(String(decoding: try encoder.encode(reader.facts), as: UTF8.self))
        let report: DecodeReport? =
            switch arguments.dropFirst(3).first {
            case "sound": try await reader.audio { _ in }
            case "frames": try await reader.frames { _ in }
            default: nil
            }
        if let report { print("read to \(report.endMilliseconds) ms") }
    }
}

private struct BenchmarkCredentials: CredentialProvider {
    func credentials() -> SigningCredentials { SigningCredentials(accessKeyID: "test", secretAccessKey: "test") }
}
