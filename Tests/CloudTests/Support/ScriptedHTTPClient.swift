import Cloud
import Pipeline
import Synchronization

/// A transport that a test writes the answers of, and that keeps what was sent.
final class ScriptedHTTPClient: HTTPClient {
    struct Answer: Sendable {
        var status = 200
        var headers: HTTPHeaders = [:]
        var body = ""
    }

    typealias Script = @Sendable (_ request: HTTPRequest, _ number: Int) throws(Fault) -> Answer

    private let script: Script
    private let received = Mutex<[HTTPRequest]>([])

    init(_ script: @escaping Script) { self.script = script }

    var requests: [HTTPRequest] { received.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(Fault) -> HTTPResponse {
        let number = received.withLock { requests in
            requests.append(request)
            return requests.count
        }
        let answer = try script(request, number)
        let body = ScriptedBody(Array(answer.body.utf8))
        return HTTPResponse(status: answer.status, headers: answer.headers, body: body)
    }

    /// A client on this transport that never waits, at a time that stands still.
    func awsClient(now: Int64 = 1_767_225_600) -> AWSClient {
        AWSClient(http: self, credentials: FixedCredentials(), region: "eu-central-1", now: { now }, pause: { _ in })
    }
}

private struct FixedCredentials: CredentialProvider {
    func credentials() -> SigningCredentials { SigningCredentials(accessKeyID: "AKID", secretAccessKey: "secret") }
}

private actor ScriptedBody: HTTPBody {
    private var rest: [UInt8]

    init(_ bytes: [UInt8]) { rest = bytes }

    func next() -> [UInt8]? {
        guard !rest.isEmpty else { return nil }
        defer { rest = [] }
        return rest
    }
}
