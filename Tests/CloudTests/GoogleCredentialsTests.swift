import Cloud
import Foundation
import Pipeline
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct GoogleCredentialsTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func openssl(_ arguments: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    /// A key file with a new key; its public half lies beside it.
    private func keyFile(_ algorithm: [String] = ["RSA", "rsa_keygen_bits:2048"]) throws -> String {
        let status = try openssl("genpkey", "-algorithm", algorithm[0], "-pkeyopt", algorithm[1], "-out", path("key"))
        #expect(status == 0)
        #expect(try openssl("pkey", "-in", path("key"), "-pubout", "-out", path("public")) == 0)
        let file = [
            "type": "service_account", "client_email": "worker@example.com", "private_key_id": "k1",
            "private_key": try String(contentsOfFile: path("key"), encoding: .utf8),
            "token_uri": "https://token.example.com/token",
        ]
        try JSONEncoder().encode(file).write(to: folder.appending(path: "file.json"))
        return path("file.json")
    }

    private func decoded(_ part: Substring) throws -> Data {
        let text = part.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
        return try #require(Data(base64Encoded: text + padding))
    }

    private func object(_ part: Substring) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: decoded(part)) as? [String: Any])
    }

    @Test func anAssertionIsVerifiedByThePublicKeyAndHasTheClaimsThatGoogleAsksFor() throws {
        let assertion = try ServiceAccountKey(path: keyFile()).assertion(at: 1_000)
        let parts = assertion.split(separator: ".")
        try #require(parts.count == 3)
        try Data("\(parts[0]).\(parts[1])".utf8).write(to: folder.appending(path: "signed"))
        try decoded(parts[2]).write(to: folder.appending(path: "signature"))
        let verify = ["-verify", path("public"), "-signature", path("signature")]
        #expect(try openssl("dgst", "-sha256", verify[0], verify[1], verify[2], verify[3], path("signed")) == 0)
        try Data("other".utf8).write(to: folder.appending(path: "signed"))
        #expect(try openssl("dgst", "-sha256", verify[0], verify[1], verify[2], verify[3], path("signed")) != 0)
        #expect(try object(parts[0])["alg"] as? String == "RS256")
        #expect(try object(parts[0])["kid"] as? String == "k1")
        let claims = try object(parts[1])
        #expect(claims["iss"] as? String == "worker@example.com")
        #expect(claims["aud"] as? String == "https://token.example.com/token")
        #expect(claims["iat"] as? Int == 1_000)
        #expect(claims["exp"] as? Int == 4_600)
    }

    @Test func aKeyThatIsNoneOfRSAIsARejection() throws {
        let key = try ServiceAccountKey(path: keyFile(["EC", "ec_paramgen_curve:P-256"]))
        #expect(throws: Fault.self) { try key.assertion(at: 1_000) }
        #expect(throws: Fault.self) { try ServiceAccountKey(path: path("missing")) }
        #expect(throws: Fault.self) { try ServiceAccountKey(path: path("key")) }
    }

    @Test func aServiceAccountsAssertionIsChangedForATokenAtItsTokenURI() async throws {
        let http = ScriptedHTTPClient { _, _ in ScriptedHTTPClient.Answer(body: token("t1")) }
        let environment = ["GOOGLE_APPLICATION_CREDENTIALS": try keyFile()]
        let credentials = try GoogleCredentials(environment: environment, http: http)
        #expect(try await credentials.accessToken() == "t1")
        let request = try #require(http.requests.first)
        #expect(request.method == "POST" && request.url == "https://token.example.com/token")
        let grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
        #expect(String(decoding: request.body, as: UTF8.self).hasPrefix(grant))
    }

    @Test func theMetadataServerIsAskedOnceByAllAndAgainBeforeTheTokenEnds() async throws {
        let http = ScriptedHTTPClient { _, number in ScriptedHTTPClient.Answer(body: token("t\(number)")) }
        let clock = Clock()
        let credentials = try GoogleCredentials(environment: [:], http: http, now: { clock.seconds })
        let tokens = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<8 { group.addTask { try await credentials.accessToken() } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(tokens == ["t1"])
        #expect(http.requests.first?.headers["Metadata-Flavor"] == "Google")
        clock.seconds = 3_300
        #expect(try await credentials.accessToken() == "t1")
        clock.seconds = 3_400
        #expect(try await credentials.accessToken() == "t2")
    }

    @Test func aTokenThatStillHoldsOutlivesAServerThatIsAway() async throws {
        let http = ScriptedHTTPClient { _, number in
            ScriptedHTTPClient.Answer(status: number == 1 ? 200 : 503, body: token("t1"))
        }
        let clock = Clock()
        let now: @Sendable () -> Int64 = { clock.seconds }
        let credentials = try GoogleCredentials(environment: [:], http: http, now: now, pause: { _ in })
        #expect(try await credentials.accessToken() == "t1")
        clock.seconds = 3_500
        #expect(try await credentials.accessToken() == "t1")
        clock.seconds = 3_700
        let fault = await #expect(throws: Fault.self) { try await credentials.accessToken() }
        #expect(fault?.faultClass == "retry")
    }
}

private func token(_ value: String) -> String {
    #"{"access_token":"\#(value)","expires_in":3600,"token_type":"Bearer"}"#
}

private final class Clock: Sendable {
    private let value = Mutex<Int64>(0)

    var seconds: Int64 {
        get { value.withLock { $0 } }
        set { value.withLock { $0 = newValue } }
    }
}
