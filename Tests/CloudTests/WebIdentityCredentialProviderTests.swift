import Cloud
import FoundationEssentials
import Pipeline
import Synchronization
import Testing

@Suite struct WebIdentityCredentialProviderTests {
    private static let start: Int64 = 1_767_225_600

    private func variables(_ tokenFile: URL, _ others: [String: String] = [:]) -> [String: String] {
        others.merging([
            "AWS_WEB_IDENTITY_TOKEN_FILE": tokenFile.path, "AWS_ROLE_ARN": "arn:aws:iam::1:role/r",
            "AWS_REGION": "eu-central-1",
        ]) { $1 }
    }

    @Test func aTokenIsExchangedWithoutASignature() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let file = try folder.write("header.body/+=\n", "token")
        let http = ScriptedHTTPClient { _, _ in .sts("AssumeRoleWithWebIdentity", "2026-01-01T01:00:00Z") }
        let environment = variables(file, ["AWS_ROLE_SESSION_NAME": "pod 1"])
        let made = try WebIdentityCredentialProvider(environment: environment, http: http) { Self.start }
        let credentials = try await #require(made).credentials()
        #expect(credentials.accessKeyID == "AKID")
        #expect(credentials.secretAccessKey == "s/+=" && credentials.sessionToken == "t&")
        let request = try #require(http.requests.first)
        #expect("\(request.method) \(request.url)" == "POST https://sts.eu-central-1.amazonaws.com/")
        #expect(request.headers["Authorization"] == nil && request.headers["X-Amz-Date"] == nil)
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr"
                + "&RoleSessionName=pod%201&WebIdentityToken=header.body%2F%2B%3D"
        )
    }

    @Test func theTokenFileIsReadEachTime() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let now = Mutex(Self.start)
        let http = ScriptedHTTPClient { _, number in
            .sts("AssumeRoleWithWebIdentity", number == 1 ? "2026-01-01T01:00:00Z" : "2026-01-01T02:00:00Z")
        }
        let environment = variables(try folder.write("one", "token"))
        let made = try WebIdentityCredentialProvider(environment: environment, http: http) { now.withLock { $0 } }
        let provider = try #require(made)
        _ = try await provider.credentials()
        _ = try folder.write("two", "token")
        now.withLock { $0 += 50 * 60 }
        _ = try await provider.credentials()
        let tokens = http.requests.map { String(decoding: $0.body.suffix(3), as: UTF8.self) }
        #expect(tokens == ["one", "two"])
    }

    @Test func theEndpointOfTheEnvironmentIsHonoured() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let http = ScriptedHTTPClient { _, _ in .sts("AssumeRoleWithWebIdentity", "2026-01-01T01:00:00Z") }
        let own = ["AWS_ENDPOINT_URL_STS": "http://127.0.0.1:4566", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"]
        let environment = variables(try folder.write("t", "token"), own)
        let made = try WebIdentityCredentialProvider(environment: environment, http: http) { Self.start }
        _ = try await #require(made).credentials()
        #expect(http.requests.first?.url == "http://127.0.0.1:4566/")
    }

    @Test func aRefusalNamesItsCodeAndNotTheToken() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let error = "<Error><Code>InvalidIdentityToken</Code><Message>no</Message></Error>"
        let body = "<ErrorResponse>\(error)</ErrorResponse>"
        let http = ScriptedHTTPClient { _, _ in .init(status: 400, body: body) }
        let environment = variables(try folder.write("hidden", "token"))
        let made = try WebIdentityCredentialProvider(environment: environment, http: http) { Self.start }
        let fault = await #expect(throws: Fault.self) { try await #require(made).credentials() }
        #expect(fault?.verdict == .reject(reason: "InvalidIdentityToken: no"))
        #expect(fault?.description.contains("hidden") == false)
        #expect(http.requests.count == 1)
    }

    @Test(arguments: ["", "<a/>", "not XML", "<AssumeRoleWithWebIdentityResponse/>"])
    func anAnswerWithoutCredentialsIsAFault(_ body: String) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let http = ScriptedHTTPClient { _, _ in .init(body: body) }
        let environment = variables(try folder.write("t", "token"))
        let made = try WebIdentityCredentialProvider(environment: environment, http: http) { Self.start }
        await #expect(throws: Fault.self) { try await #require(made).credentials() }
    }

    @Test func whatIsMissingIsNamed() async throws {
        let http = ScriptedHTTPClient { _, _ in .init() }
        let variables = variables(URL(filePath: "/nowhere/token"))
        for name in ["AWS_ROLE_ARN", "AWS_REGION"] {
            let without = variables.filter { $0.key != name }
            let fault = #expect(throws: Fault.self) {
                try WebIdentityCredentialProvider(environment: without, http: http)
            }
            #expect(fault?.description.contains(name) == true)
        }
        let made = try WebIdentityCredentialProvider(environment: variables, http: http)
        let fault = await #expect(throws: Fault.self) { try await #require(made).credentials() }
        #expect(fault?.description.contains("/nowhere/token") == true)
    }

    @Test func theTokenFileComesBeforeTheContainer() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let http = ScriptedHTTPClient { _, _ in .sts("AssumeRoleWithWebIdentity", "2026-01-01T01:00:00Z") }
        let container = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/id"]
        let environment = variables(try folder.write("t", "token"), container)
        let provider = try DefaultCredentialProvider(environment: environment, http: http) { Self.start }
        _ = try await provider.credentials()
        #expect(http.requests.first?.method == "POST")
    }
}
