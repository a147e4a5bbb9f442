import Cloud
import Foundation
import Pipeline
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct ExternalAccountTests {
    private static let impersonation = "https://iam.example.com/v1/sa:generateAccessToken"
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private func configuration(_ source: String, _ more: String = "") throws -> [String: String] {
        let json = """
            {"type":"external_account","audience":"//iam.example.com/pool","token_url":"https://sts.example.com/token",
            "subject_token_type":"urn:ietf:params:oauth:token-type:jwt","credential_source":\(source)\(more)}
            """
        try Data(json.utf8).write(to: folder.appending(path: "account.json"))
        return ["GOOGLE_APPLICATION_CREDENTIALS": path("account.json")]
    }

    private func fields(_ request: HTTPRequest) -> [String: String] {
        var components = URLComponents()
        components.percentEncodedQuery = String(decoding: request.body, as: UTF8.self)
        return Dictionary(uniqueKeysWithValues: (components.queryItems ?? []).map { ($0.name, $0.value ?? "") })
    }

    @Test func aTokenFromAFileIsChangedForAnAccessToken() async throws {
        try Data("a+b/c=\n".utf8).write(to: folder.appending(path: "token"))
        let http = ScriptedHTTPClient { _, _ in ScriptedHTTPClient.Answer(body: token("t1")) }
        let environment = try configuration(#"{"file":"\#(path("token"))"}"#)
        #expect(try await GoogleCredentials(environment: environment, http: http).accessToken() == "t1")
        let request = try #require(http.requests.first)
        #expect(http.requests.count == 1 && request.method == "POST")
        #expect(request.url == "https://sts.example.com/token")
        #expect(
            fields(request) == [
                "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
                "audience": "//iam.example.com/pool",
                "scope": "https://www.googleapis.com/auth/cloud-platform",
                "requested_token_type": "urn:ietf:params:oauth:token-type:access_token",
                "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
                "subject_token": "a+b/c=",
            ]
        )
    }

    @Test func aTokenInJSONIsTakenFromItsField() async throws {
        try Data(#"{"expires":3,"id_token":"inner"}"#.utf8).write(to: folder.appending(path: "token"))
        let http = ScriptedHTTPClient { _, _ in ScriptedHTTPClient.Answer(body: token("t1")) }
        let format = #""format":{"type":"json","subject_token_field_name":"id_token"}"#
        let environment = try configuration(#"{"file":"\#(path("token"))",\#(format)}"#)
        _ = try await GoogleCredentials(environment: environment, http: http).accessToken()
        #expect(fields(try #require(http.requests.first))["subject_token"] == "inner")
    }

    @Test func aTokenIsAskedForAtAURLWithItsHeaders() async throws {
        let http = ScriptedHTTPClient { request, _ in
            ScriptedHTTPClient.Answer(body: request.method == "GET" ? "outer" : token("t1"))
        }
        let source = #"{"url":"http://169.254.169.254/identity","headers":{"Metadata":"True"}}"#
        _ = try await GoogleCredentials(environment: configuration(source), http: http).accessToken()
        #expect(http.requests.map(\.method) == ["GET", "POST"])
        #expect(http.requests[0].headers["Metadata"] == "True")
        #expect(fields(http.requests[1])["subject_token"] == "outer")
    }

    @Test func anImpersonatedServiceAccountsTokenIsRenewedBeforeItsOwnEndFromTheFileAsItIsThen() async throws {
        try Data("first".utf8).write(to: folder.appending(path: "token"))
        let http = ScriptedHTTPClient { request, number in
            guard request.url == Self.impersonation else { return ScriptedHTTPClient.Answer(body: token("federated")) }
            let end = number == 2 ? "1970-01-01T00:30:00Z" : "1970-01-01T01:30:00Z"
            return ScriptedHTTPClient.Answer(body: #"{"accessToken":"sa\#(number)","expireTime":"\#(end)"}"#)
        }
        let more =
            #","service_account_impersonation_url":"\#(Self.impersonation)","#
            + #""service_account_impersonation":{"token_lifetime_seconds":1800}"#
        let environment = try configuration(#"{"file":"\#(path("token"))"}"#, more)
        let shared = Shared()
        let credentials = try GoogleCredentials(environment: environment, http: http, now: { shared.seconds })
        #expect(try await credentials.accessToken() == "sa2")
        #expect(http.requests[1].headers["Authorization"] == "Bearer federated")
        #expect(String(decoding: http.requests[1].body, as: UTF8.self).contains(#""lifetime":"1800s""#))
        shared.seconds = 1_500
        #expect(try await credentials.accessToken() == "sa2")
        try Data("second".utf8).write(to: folder.appending(path: "token"))
        shared.seconds = 1_600
        #expect(try await credentials.accessToken() == "sa4")
        #expect(fields(http.requests[2])["subject_token"] == "second")
    }

    @Test func aRefusalSaysWhatTheEndpointSaidAndAnOutageIsTriedAgain() async throws {
        try Data("x".utf8).write(to: folder.appending(path: "token"))
        let environment = try configuration(#"{"file":"\#(path("token"))"}"#)
        let refusing = ScriptedHTTPClient { _, _ in
            ScriptedHTTPClient.Answer(
                status: 400,
                body: #"{"error":"invalid_grant","error_description":"The audience is another."}"#
            )
        }
        let refused = await #expect(throws: Fault.self) {
            try await GoogleCredentials(environment: environment, http: refusing).accessToken()
        }
        #expect(try #require(refused).description.contains("invalid_grant: The audience is another."))
        #expect(refused?.faultClass == "reject" && refusing.requests.count == 1)
        let away = ScriptedHTTPClient { _, number in
            ScriptedHTTPClient.Answer(status: number < 3 ? 503 : 200, body: token("t3"))
        }
        let credentials = try GoogleCredentials(environment: environment, http: away, pause: { _ in })
        #expect(try await credentials.accessToken() == "t3")
    }

    @Test(arguments: [
        (#"{"environment_id":"aws1","url":"http://169.254.169.254"}"#, "AWS"),
        (#"{"executable":{"command":"/bin/token"}}"#, "a program"),
        (#"{"certificate":{"use_default_certificate_config":true}}"#, "a certificate"),
        ("{}", "neither a file nor a url"),
        (#"{"file":"/token","format":{"type":"json"}}"#, "subject_token_field_name"),
        (#"{"file":"/token","format":{"type":"xml"}}"#, "not text or json"),
    ])
    func aSourceThatCanNotBeUsedIsNamedAtStart(source: String, word: String) throws {
        let environment = try configuration(source)
        let http = ScriptedHTTPClient { _, _ in ScriptedHTTPClient.Answer() }
        let fault = #expect(throws: Fault.self) { try GoogleCredentials(environment: environment, http: http) }
        #expect(try #require(fault).description.contains(word))
    }

    @Test func tokensAreAskedForOverTLSOnly() throws {
        let more = #","service_account_impersonation_url":"http://iam.example.com/""#
        let environment = try configuration(#"{"file":"/token"}"#, more)
        let http = ScriptedHTTPClient { _, _ in ScriptedHTTPClient.Answer() }
        let fault = #expect(throws: Fault.self) { try GoogleCredentials(environment: environment, http: http) }
        #expect(try #require(fault).description.contains("http://iam.example.com/"))
    }

    @Test func credentialsOfAnotherKindAreNamed() throws {
        try Data(#"{"type":"authorized_user"}"#.utf8).write(to: folder.appending(path: "account.json"))
        let http = ScriptedHTTPClient { _, _ in ScriptedHTTPClient.Answer() }
        let fault = #expect(throws: Fault.self) {
            try GoogleCredentials(environment: ["GOOGLE_APPLICATION_CREDENTIALS": path("account.json")], http: http)
        }
        #expect(try #require(fault).description.contains("authorized_user"))
    }
}

private func token(_ value: String) -> String {
    #"{"access_token":"\#(value)","issued_token_type":"x","expires_in":3600,"token_type":"Bearer"}"#
}

private final class Shared: Sendable {
    private let value = Mutex<Int64>(0)

    var seconds: Int64 {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}
