import Cloud
import FoundationEssentials
import Pipeline
import Synchronization
import Testing

@Suite struct CredentialProcessTests {
    private static let start: Int64 = 1_767_225_600

    /// A provider whose program is a shell script.
    private func provider(
        _ script: String,
        in folder: TemporaryFolder,
        timeLimit: Duration = .seconds(30),
        now: @escaping @Sendable () -> Int64 = { Self.start }
    ) throws -> ProfileCredentialProvider {
        let program = try folder.write(script, "program.sh").path
        let config = try folder.write("[default]\ncredential_process = sh '\(program)' one", "config").path
        let made = try ProfileCredentialProvider(
            environment: ["AWS_CONFIG_FILE": config, "PATH": "/usr/bin:/bin", "OWN": "seen"],
            http: ScriptedHTTPClient { _, _ in .init(status: 500) },
            processTimeLimit: timeLimit,
            now: now
        )
        return try #require(made)
    }

    private func json(_ id: String, _ expiration: String) -> String {
        #"{\"Version\":1,\"AccessKeyId\":\"\#(id)\",\"SecretAccessKey\":\"s\",\"SessionToken\":\"t\"\#(expiration)}"#
    }

    @Test func aProgramsCredentialsAreReadWithItsArgumentsAndVariables() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let credentials = try await provider(#"echo "\#(json("$1-$OWN", ""))""#, in: folder).credentials()
        #expect(credentials.accessKeyID == "one-seen" && credentials.sessionToken == "t")
    }

    @Test(arguments: ["Z", "+00:00"])
    func aProgramRunsAgainShortlyBeforeTheEnd(_ zone: String) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let now = Mutex(Self.start)
        let count = folder.url.appending(path: "count").path
        let expiration = #",\"Expiration\":\"2026-01-01T01:00:00\#(zone)\""#
        let script = "echo x >> '\(count)'; echo \"\(json("$(wc -l < '\(count)')", expiration))\""
        let provider = try provider(script, in: folder) { now.withLock { $0 } }
        for _ in 0..<3 { #expect(try await provider.credentials().accessKeyID == "1") }
        now.withLock { $0 += 46 * 60 }
        #expect(try await provider.credentials().accessKeyID == "2")
    }

    @Test func aProgramThatHangsIsKilledWithAllThatItStarted() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let file = folder.url.appending(path: "child").path
        let script = "sleep 600 & echo $! > '\(file)'; wait"
        let clock = ContinuousClock()
        let start = clock.now
        let provider = try provider(script, in: folder, timeLimit: .milliseconds(500))
        let fault = await #expect(throws: Fault.self) { try await provider.credentials() }
        #expect(fault?.faultClass == "retry")
        #expect(clock.now - start < .seconds(20))
        let child = String(decoding: try Data(contentsOf: URL(filePath: file)), as: UTF8.self).dropLast()
        #expect(try await isGone(String(child)))
    }

    /// Whether a process ends within some seconds; one that nobody waits for stays as a zombie.
    private func isGone(_ process: String) async throws -> Bool {
        for _ in 0..<500 {
            guard let status = try? Data(contentsOf: URL(filePath: "/proc/\(process)/stat")) else { return true }
            if String(decoding: status, as: UTF8.self).contains(") Z ") { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    @Test(arguments: [
        ("echo hidden; exit 3", "retry"), ("echo hidden", "reject"), ("echo hidden >&2; kill -9 $$", "retry"),
        ("yes hidden", "retry"), (#"echo '{"AccessKeyId":"hidden"}'"#, "reject"),
    ])
    func whatIsNoCredentialsIsAFaultThatDoesNotRepeatIt(_ script: String, _ faultClass: String) async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let provider = try provider(script, in: folder)
        let fault = await #expect(throws: Fault.self) { try await provider.credentials() }
        #expect(fault?.faultClass == faultClass)
        #expect(fault?.description.contains("hidden") == false)
    }
}
