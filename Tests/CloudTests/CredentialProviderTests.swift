import Cloud
import FoundationEssentials
import Pipeline
import Synchronization
import Testing

@Suite struct CredentialProviderTests {
    private static func answer(_ expiration: String, _ id: String = "AKID") -> ScriptedHTTPClient.Answer {
        .init(body: #"{"AccessKeyId":"\#(id)","SecretAccessKey":"s","Token":"t","Expiration":"\#(expiration)"}"#)
    }

    private let relative = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/id"]

    @Test func variablesComeBeforeTheContainer() async throws {
        let http = ScriptedHTTPClient { _, _ in Self.answer("2026-01-01T06:00:00Z") }
        let variables = ["AWS_ACCESS_KEY_ID": "own", "AWS_SECRET_ACCESS_KEY": "s"]
        let provider = try DefaultCredentialProvider(environment: variables.merging(relative) { $1 }, http: http)
        #expect(try await provider.credentials().accessKeyID == "own")
        #expect(http.requests.isEmpty)
    }

    @Test func noSourceIsAnErrorThatSaysWhatToSet() {
        let http = ScriptedHTTPClient { _, _ in .init() }
        let fault = #expect(throws: Fault.self) {
            try DefaultCredentialProvider(environment: ["AWS_EC2_METADATA_DISABLED": "true"], http: http)
        }
        #expect(fault?.description.contains("AWS_ACCESS_KEY_ID") == true)
        #expect(throws: Fault.self) {
            try DefaultCredentialProvider(environment: ["AWS_ACCESS_KEY_ID": "a"], http: http)
        }
    }

    @Test func credentialsAreKeptUntilShortlyBeforeTheirEnd() async throws {
        let now = Mutex<Int64>(1_767_225_600)
        let http = ScriptedHTTPClient { _, number in
            Self.answer(number == 1 ? "2026-01-01T01:00:00Z" : "2026-01-01T07:00:00Z", "id-\(number)")
        }
        let made = try ContainerCredentialProvider(environment: relative, http: http) { now.withLock { $0 } }
        let provider = try #require(made)
        #expect(try await provider.credentials().sessionToken == "t")
        now.withLock { $0 += 44 * 60 }
        #expect(try await provider.credentials().accessKeyID == "id-1")
        now.withLock { $0 += 2 * 60 }
        #expect(try await provider.credentials().accessKeyID == "id-2")
        #expect(http.requests.map(\.url) == Array(repeating: "http://169.254.170.2/v2/credentials/id", count: 2))
    }

    @Test func whatStillHoldsIsUsedWhileTheAgentIsOut() async throws {
        let now = Mutex<Int64>(1_767_225_600)
        let http = ScriptedHTTPClient { _, number in
            number == 1 ? Self.answer("2026-01-01T01:00:00Z") : .init(status: 500)
        }
        let made = try ContainerCredentialProvider(environment: relative, http: http) { now.withLock { $0 } }
        let provider = try #require(made)
        _ = try await provider.credentials()
        now.withLock { $0 += 55 * 60 }
        #expect(try await provider.credentials().accessKeyID == "AKID")
        #expect(http.requests.count == 4, "three tries")
        now.withLock { $0 += 10 * 60 }
        await #expect(throws: Fault.self) { try await provider.credentials() }
    }

    @Test func theTokenFileIsReadEachTime() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let http = ScriptedHTTPClient { _, _ in Self.answer("2026-01-01T00:00:01Z") }
        let environment = [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/x",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file.path,
        ]
        let made = try ContainerCredentialProvider(environment: environment, http: http) { 1_767_225_600 }
        let provider = try #require(made)
        for token in ["one", "two"] {
            try Data("\(token)\n".utf8).write(to: file)
            _ = try await provider.credentials()
        }
        #expect(http.requests.map { $0.headers["Authorization"] } == ["one", "two"])
    }

    @Test(arguments: [
        ("http://example.com/x", false), ("http://127.0.0.1.example.com/x", false), ("http://user@127.0.0.1/x", false),
        ("ftp://127.0.0.1/x", false), ("http://127.0.0.1:80/x", true), ("http://[::1]:80/x", true),
        ("http://169.254.170.23/v1/credentials", true), ("http://[fd00:ec2::23]/x", true),
        ("https://example.com/x", true),
    ])
    func tokensGoToTrustedHostsAlone(_ url: String, _ isTrusted: Bool) {
        let http = ScriptedHTTPClient { _, _ in .init() }
        let environment = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": url]
        let provider = try? ContainerCredentialProvider(environment: environment, http: http)
        #expect((provider != nil) == isTrusted)
    }
}
