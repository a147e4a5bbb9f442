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
}
