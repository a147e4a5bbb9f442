import Cloud
import Pipeline
import Synchronization
import Testing

@Suite struct CredentialCacheTests {
    private static let start: Int64 = 1_767_225_600
    private let environment = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/id"]

    private static func answer(_ expiration: String, _ id: String) -> ScriptedHTTPClient.Answer {
        .init(body: #"{"AccessKeyId":"\#(id)","SecretAccessKey":"s","Token":"t","Expiration":"\#(expiration)"}"#)
    }

    @Test func oneRenewsWhileTheOthersGoOnWithTheOld() async throws {
        let now = Mutex(Self.start)
        let http = HeldHTTPClient { Self.answer($0 == 1 ? "2026-01-01T01:00:00Z" : "2026-01-01T07:00:00Z", "id-\($0)") }
        let made = try ContainerCredentialProvider(environment: environment, http: http) { now.withLock { $0 } }
        let provider = try #require(made)
        await http.letThrough()
        #expect(try await provider.credentials().accessKeyID == "id-1")
        await http.hold()
        now.withLock { $0 += 46 * 60 }
        async let renewed = provider.credentials().accessKeyID
        await http.waitForRequest(2)
        for _ in 0..<10 { #expect(try await provider.credentials().accessKeyID == "id-1") }
        await http.letThrough()
        #expect(try await renewed == "id-2")
        #expect(await http.requestCount == 2)
    }

    @Test func nobodyGoesOnWithTheOldInTheLastTenMinutes() async throws {
        let now = Mutex(Self.start)
        let http = HeldHTTPClient { Self.answer($0 == 1 ? "2026-01-01T01:00:00Z" : "2026-01-01T07:00:00Z", "id-\($0)") }
        let made = try ContainerCredentialProvider(environment: environment, http: http) { now.withLock { $0 } }
        let provider = try #require(made)
        await http.letThrough()
        _ = try await provider.credentials()
        await http.hold()
        now.withLock { $0 += 51 * 60 }
        async let first = provider.credentials().accessKeyID
        await http.waitForRequest(2)
        async let second = provider.credentials().accessKeyID
        await http.letThrough()
        #expect(try await [first, second] == ["id-2", "id-2"])
        #expect(await http.requestCount == 2)
    }

    @Test func credentialsThatLastAQuarterOfAnHourAreNotAskedForEachTime() async throws {
        let http = ScriptedHTTPClient { _, number in Self.answer("2026-01-01T00:15:00Z", "id-\(number)") }
        let made = try ContainerCredentialProvider(environment: environment, http: http) { Self.start }
        let provider = try #require(made)
        for _ in 0..<5 { _ = try await provider.credentials() }
        #expect(http.requests.count == 1)
    }

    @Test func aSourceThatIsOutIsNotAskedByEveryRequest() async throws {
        let now = Mutex(Self.start)
        let http = ScriptedHTTPClient { _, number in
            number == 1 ? Self.answer("2026-01-01T01:00:00Z", "id") : .init(status: 503)
        }
        let made = try ContainerCredentialProvider(environment: environment, http: http) { now.withLock { $0 } }
        let provider = try #require(made)
        _ = try await provider.credentials()
        now.withLock { $0 += 55 * 60 }
        for _ in 0..<5 { _ = try await provider.credentials() }
        #expect(http.requests.count == 1 + 3)
        now.withLock { $0 += 61 }
        _ = try await provider.credentials()
        #expect(http.requests.count == 1 + 3 + 3)
    }

    @Test func secretsAreInNoDescription() {
        let credentials = SigningCredentials(accessKeyID: "AKID", secretAccessKey: "hidden", sessionToken: "veiled")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: [credentials]), dumped] {
            #expect(!text.contains("hidden") && !text.contains("veiled"))
        }
    }
}
