import Pipeline
import StageRuntime
import Testing

@Suite struct SettingsTests {
    private static let whole = [
        "MEDIA_BUCKET": "media", "DATABASE_URL": "postgresql://localhost/media",
    ]

    @Test func aMissingSettingIsNamed() throws {
        var environment = Self.whole
        environment["MEDIA_BUCKET"] = nil
        let fault = #expect(throws: Fault.self) { try Settings(environment: environment) }
        #expect(try #require(fault).description.contains("MEDIA_BUCKET is not set"))
    }

    @Test func queuesAreNamedByPrefixAndStage() throws {
        let settings = try Settings(environment: Self.whole.merging(["MEDIA_QUEUE_PREFIX": "test"]) { $1 })
        #expect(settings.queueName("probe") == "test-probe")
        #expect(settings.deadLetterQueueName("probe") == "test-probe-dlq")
    }

    @Test func theQueueIsOneOfTwoAndPubSubNeedsItsProject() throws {
        func queue(_ environment: [String: String]) throws -> QueueKind {
            try Settings(environment: Self.whole.merging(environment) { $1 }).queue
        }
        #expect(try queue([:]) == .sqs)
        #expect(try queue(["MEDIA_QUEUE": "sqs", "GOOGLE_CLOUD_PROJECT": "p"]) == .sqs)
        #expect(try queue(["MEDIA_QUEUE": "pubsub", "GOOGLE_CLOUD_PROJECT": "p"]) == .pubsub(project: "p"))
        let nameless = #expect(throws: Fault.self) { try queue(["MEDIA_QUEUE": "pubsub"]) }
        #expect(try #require(nameless).description.contains("GOOGLE_CLOUD_PROJECT is not set"))
        let unknown = #expect(throws: Fault.self) { try queue(["MEDIA_QUEUE": "kafka"]) }
        #expect(try #require(unknown).description.contains("MEDIA_QUEUE is kafka, not sqs or pubsub"))
    }

    @Test func pubSubIsWiredWithoutCredentialsOnlyToAnEmulator() throws {
        let environment = Self.whole.merging([
            "MEDIA_QUEUE": "pubsub", "GOOGLE_CLOUD_PROJECT": "p", "AWS_REGION": "auto",
            "GOOGLE_APPLICATION_CREDENTIALS": "/missing",
        ]) { $1 }
        let fault = #expect(throws: Fault.self) { try Wiring(try Settings(environment: environment), name: "test") }
        #expect(try #require(fault).description.contains("GOOGLE_APPLICATION_CREDENTIALS can't be read: /missing"))
        let local = environment.merging(["PUBSUB_EMULATOR_HOST": "localhost:1"]) { $1 }
        _ = try Wiring(try Settings(environment: local), name: "test")
    }
}
