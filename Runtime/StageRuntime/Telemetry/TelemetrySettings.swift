package import Pipeline

/// What is exported, whereto and how often, by the variables of OpenTelemetry's specification. A signal without an
/// endpoint is off.
package struct TelemetrySettings: Sendable, Equatable {
    package let resource: TelemetryResource
    package let traces: OTLPEndpoint?
    package let metrics: OTLPEndpoint?
    package let logs: OTLPEndpoint?
    package let sampler: TraceSampler
    /// `OTEL_METRIC_EXPORT_INTERVAL`.
    package let metricPeriod: Duration
    /// `OTEL_METRIC_EXPORT_TIMEOUT`.
    package let metricExportLimit: Duration
    package let spanLimits: BatchLimits
    package let logLimits: BatchLimits

    package var isOff: Bool { traces == nil && metrics == nil && logs == nil }

    /// Reads the settings.
    ///
    /// - Parameters:
    ///   - environment: of the process.
    ///   - name: of the process, as the stage's; `OTEL_SERVICE_NAME` has a default of `media-<name>`.
    /// - Throws: reject, with the variable's name and what it should be; never with a header's value.
    package init(environment: [String: String], name: String) throws(Fault) {
        let variables = TelemetryVariables(environment)
        let isDisabled = variables["OTEL_SDK_DISABLED"]?.lowercased() == "true"
        resource = TelemetryResource(attributes: try Self.resourceAttributes(variables, name: name))
        traces = isDisabled ? nil : try variables.endpoint(of: .traces)
        metrics = isDisabled ? nil : try variables.endpoint(of: .metrics)
        logs = isDisabled ? nil : try variables.endpoint(of: .logs)
        sampler = try TraceSampler(
            name: variables["OTEL_TRACES_SAMPLER"] ?? "parentbased_always_on",
            argument: variables["OTEL_TRACES_SAMPLER_ARG"]
        )
        metricPeriod = try variables.milliseconds("OTEL_METRIC_EXPORT_INTERVAL", default: 60_000)
        metricExportLimit = try variables.milliseconds("OTEL_METRIC_EXPORT_TIMEOUT", default: 30_000)
        spanLimits = try variables.batchLimits("OTEL_BSP", delay: 5000)
        logLimits = try variables.batchLimits("OTEL_BLRP", delay: 1000)
    }

    private static func resourceAttributes(
        _ variables: TelemetryVariables,
        name: String
    ) throws(Fault) -> [String: String] {
        var attributes = [
            "service.name": "media-\(name)",
            "telemetry.sdk.name": "media",
            "telemetry.sdk.language": "swift",
        ]
        attributes["service.version"] = variables["MEDIA_BUILD"]
        for entry in try variables.list("OTEL_RESOURCE_ATTRIBUTES") { attributes[entry.name] = entry.value }
        if let name = variables["OTEL_SERVICE_NAME"] { attributes["service.name"] = name }
        return attributes
    }
}
