import Cloud
import Pipeline
import Synchronization
import Testing

@Suite struct InstanceCredentialProviderTests {
    private static let start: Int64 = 1_767_225_600
    private static let role = "/latest/meta-data/iam/security-credentials/"

    private static func answer(_ expiration: String, code: String = "Success") -> ScriptedHTTPClient.Answer {
        .init(
            body: #"{"Code":"\#(code)","Message":"m","AccessKeyId":"AKID","SecretAccessKey":"s","Token":"t","#
                + #""Expiration":"\#(expiration)"}"#
        )
    }

    /// An instance with a role; `last` answers for its credentials.
    private func instance(_ last: @escaping @Sendable () -> ScriptedHTTPClient.Answer) -> ScriptedHTTPClient {
        ScriptedHTTPClient { request, _ in
            if request.method == "PUT" { return .init(body: "session") }
            guard request.headers["X-aws-ec2-metadata-token"] == "session" else { return .init(status: 401) }
            return request.url.hasSuffix(Self.role) ? .init(body: "my-role\n") : last()
        }
    }

    private func provider(
        _ http: ScriptedHTTPClient,
        _ environment: [String: String] = [:],
        now: @escaping @Sendable () -> Int64 = { Self.start }
    ) throws -> InstanceCredentialProvider {
        let made = try InstanceCredentialProvider(environment: environment, http: http, now: now) { $0.lowerBound }
        return try #require(made)
    }

    @Test func everyRequestCarriesTheSessionsToken() async throws {
        let http = instance { Self.answer("2026-01-01T06:00:00Z") }
        let credentials = try await provider(http).credentials()
        #expect(credentials.accessKeyID == "AKID" && credentials.sessionToken == "t")
        let base = "http://169.254.169.254"
        #expect(
            http.requests.map { "\($0.method) \($0.url)" } == [
                "PUT \(base)/latest/api/token", "GET \(base)\(Self.role)", "GET \(base)\(Self.role)my-role",
            ]
        )
        #expect(http.requests.first?.headers["X-aws-ec2-metadata-token-ttl-seconds"] == "21600")
    }

    @Test func aServerIsSpokenToOverTheWire() async throws {
        let server = try TestHTTPServer { request, write in
            let isSession = request.headers["x-aws-ec2-metadata-token"] == "session"
            let body =
                switch (request.method, request.target) {
                case ("PUT", "/latest/api/token"): "session"
                case ("GET", Self.role) where isSession: "my-role"
                case ("GET", "\(Self.role)my-role") where isSession: Self.answer("2026-01-01T06:00:00Z").body
                default: ""
                }
            return write(TestHTTPServer.response(body.isEmpty ? 401 : 200, [:], Array(body.utf8)))
        }
        defer { server.stop() }
        let environment = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url]
        let made = try InstanceCredentialProvider(environment: environment, http: CurlHTTPClient()) { Self.start }
        #expect(try await #require(made).credentials().accessKeyID == "AKID")
    }

    @Test func aServiceThatIsNotThereIsNamedAsARetry() async throws {
        let port = try TestHTTPServer.closedPort()
        let environment = ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:\(port)"]
        let made = try DefaultCredentialProvider(environment: environment, http: CurlHTTPClient()) { Self.start }
        let fault = await #expect(throws: Fault.self) { try await made.credentials() }
        #expect(fault?.faultClass == "retry")
        #expect(fault?.description.contains("the metadata service did not answer") == true)
    }

    @Test(arguments: [400, 403, 404, 405])
    func withoutATokenNothingElseIsAsked(_ status: Int) async throws {
        let http = ScriptedHTTPClient { request, _ in
            request.method == "PUT" ? .init(status: status) : Self.answer("2026-01-01T06:00:00Z")
        }
        let fault = await #expect(throws: Fault.self) { try await provider(http).credentials() }
        #expect(fault?.faultClass == "reject")
        #expect(http.requests.map(\.method) == ["PUT"])
    }

    @Test func anErrorUnderStatus200IsNoCredentials() async throws {
        let http = instance { Self.answer("2026-01-01T06:00:00Z", code: "AssumeRoleUnauthorizedAccess") }
        let fault = await #expect(throws: Fault.self) { try await provider(http).credentials() }
        #expect(fault?.faultClass == "retry")
        #expect(http.requests.count == 3 * 3)
    }

    @Test func anInstanceWithoutARoleIsRefused() async throws {
        let http = ScriptedHTTPClient { request, _ in
            request.method == "PUT" ? .init(body: "session") : .init(status: 404)
        }
        let fault = await #expect(throws: Fault.self) { try await provider(http).credentials() }
        #expect(fault?.faultClass == "reject")
    }

    @Test func expiredCredentialsCountOnWhileTheServiceIsOut() async throws {
        let now = Mutex(Self.start)
        let isOut = Mutex(false)
        let http = instance { isOut.withLock { $0 } ? .init(status: 500) : Self.answer("2026-01-01T01:00:00Z") }
        let provider = try provider(http) { now.withLock { $0 } }
        _ = try await provider.credentials()
        isOut.withLock { $0 = true }
        now.withLock { $0 += 2 * 3600 }
        #expect(try await provider.credentials().accessKeyID == "AKID")
        let asked = http.requests.count
        now.withLock { $0 += 299 }
        #expect(try await provider.credentials().accessKeyID == "AKID")
        #expect(http.requests.count == asked, "the service is left alone for five minutes")
        now.withLock { $0 += 1 }
        _ = try await provider.credentials()
        #expect(http.requests.count > asked)
    }

    @Test func expiredCredentialsFromTheServiceAreUsedAndNotAskedForEachTime() async throws {
        let http = instance { Self.answer("2025-12-31T23:00:00Z") }
        let provider = try provider(http)
        for _ in 0..<5 { #expect(try await provider.credentials().accessKeyID == "AKID") }
        #expect(http.requests.count == 3)
    }

    @Test func theEnvironmentSaysWhereTheServiceIsAndWhetherItMayBeAsked() async throws {
        let http = instance { Self.answer("2026-01-01T06:00:00Z") }
        _ = try await provider(http, ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1338/"]).credentials()
        #expect(http.requests.first?.url == "http://127.0.0.1:1338/latest/api/token")
        #expect(throws: Fault.self) { try provider(http, ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "nonsense"]) }
        let disabled = ["AWS_EC2_METADATA_DISABLED": "TRUE"]
        #expect(try InstanceCredentialProvider(environment: disabled, http: http) == nil)
    }
}
