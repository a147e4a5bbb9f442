import Pipeline
import StageRuntime
import Testing

@Suite struct TelemetrySettingsTests {
    private static func settings(_ environment: [String: String]) throws -> TelemetrySettings {
        try TelemetrySettings(environment: environment, name: "probe")
    }

    private static func reason(_ environment: [String: String]) throws -> String {
        let fault = #expect(throws: Fault.self) { try settings(environment) }
        return try #require(fault).description
    }

    private static let endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT"

    @Test func withoutAnEndpointAllIsOff() throws {
        #expect(try Self.settings([:]).isOff)
        #expect(try Self.settings([Self.endpoint: ""]).isOff)
        #expect(try Self.settings([Self.endpoint: "http://h:4318", "OTEL_SDK_DISABLED": "TRUE"]).isOff)
        #expect(try !Self.settings([Self.endpoint: "http://h:4318", "OTEL_SDK_DISABLED": "1"]).isOff)
    }

    @Test(arguments: ["http://h:4318/base", "http://h:4318/base/"])
    func theCommonEndpointGetsThePathOfEachSignal(base: String) throws {
        let settings = try Self.settings([Self.endpoint: base])
        #expect(settings.traces?.url == "http://h:4318/base/v1/traces")
        #expect(settings.metrics?.url == "http://h:4318/base/v1/metrics")
        #expect(settings.logs?.url == "http://h:4318/base/v1/logs")
        #expect(settings.traces?.timeout == .seconds(10))
        #expect(settings.metricPeriod == .seconds(60))
        #expect(settings.spanLimits.queueCount == 2048)
        #expect(settings.logLimits.delay == .seconds(1))
    }

    @Test func aSignalsOwnEndpointStandsAsItIsAndMayBeTheOnlyOne() throws {
        let settings = try Self.settings([
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://h/custom",
            "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT": "250", "OTEL_EXPORTER_OTLP_TIMEOUT": "5000",
        ])
        #expect(settings.traces?.url == "https://h/custom")
        #expect(settings.traces?.timeout == .milliseconds(250))
        #expect(settings.metrics == nil && settings.logs == nil)
    }

    @Test func anExporterOfNoneTurnsASignalOff() throws {
        let settings = try Self.settings([Self.endpoint: "http://h", "OTEL_LOGS_EXPORTER": "none"])
        #expect(settings.logs == nil && settings.traces != nil)
        #expect(try Self.reason([Self.endpoint: "http://h", "OTEL_LOGS_EXPORTER": "console"]).contains("console"))
    }

    @Test func headersAreDecoded() throws {
        let settings = try Self.settings([
            Self.endpoint: "http://h",
            "OTEL_EXPORTER_OTLP_HEADERS": "api-key = a%2Cb%3Dc%20d , x=1=2,,y=",
        ])
        let headers = try #require(settings.metrics).headers
        #expect(headers.map(\.name) == ["api-key", "x", "y"])
        #expect(headers.map(\.value) == ["a,b=c d", "1=2", ""])
    }

    @Test(arguments: ["secret", "a=%2", "a=%zz", "a=%ff", "=secret", "a=secret%0Ab: c"])
    func aWrongHeaderIsNamedWithoutItsValue(headers: String) throws {
        let reason = try Self.reason([Self.endpoint: "http://h", "OTEL_EXPORTER_OTLP_HEADERS": headers])
        #expect(reason.contains("OTEL_EXPORTER_OTLP_HEADERS"))
        #expect(!reason.contains("secret") && !reason.contains("%"))
    }

    @Test func theServicesNameIsTheStagesUnlessSet() throws {
        #expect(try Self.settings([:]).resource.attributes["service.name"] == "media-probe")
        var environment = [
            "OTEL_RESOURCE_ATTRIBUTES": "service.name=by-resource,deployment.environment.name=a%20b",
            "MEDIA_BUILD": "7",
        ]
        var attributes = try Self.settings(environment).resource.attributes
        #expect(attributes["service.name"] == "by-resource")
        #expect(attributes["deployment.environment.name"] == "a b")
        #expect(attributes["service.version"] == "7")
        environment["OTEL_SERVICE_NAME"] = "by-name"
        attributes = try Self.settings(environment).resource.attributes
        #expect(attributes["service.name"] == "by-name")
    }

    @Test(arguments: [
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http/json"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s"), ("OTEL_METRIC_EXPORT_INTERVAL", "0"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "-1"), ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2049"),
        ("OTEL_TRACES_SAMPLER", "jaeger_remote"), ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "h:4318"),
        ("OTEL_RESOURCE_ATTRIBUTES", "alone"),
    ])
    func aWrongSettingIsOneLineThatNamesIt(name: String, value: String) throws {
        let reason = try Self.reason([Self.endpoint: "http://h", name: value])
        #expect(reason.contains(name))
        #expect(!reason.contains("\n"))
    }

    @Test func anEndpointThatIsNoURLIsAnError() throws {
        for url in ["localhost:4318", "http://", "grpc://h:4317"] {
            #expect(try Self.reason([Self.endpoint: url]).contains(Self.endpoint))
        }
    }
}
