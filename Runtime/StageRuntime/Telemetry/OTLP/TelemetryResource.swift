/// What produces the telemetry: `Resource` of OpenTelemetry.
package struct TelemetryResource: Sendable, Equatable {
    /// By name.
    package let attributes: [String: String]

    func write(to writer: inout ProtobufWriter, field: Int) {
        writer.message(field) { writer in
            for (key, value) in attributes.sorted(by: { $0.key < $1.key }) { writer.attribute(1, key, value) }
        }
    }
}

/// The instrumentation scope of what the runtime itself records.
enum TelemetryScope {
    static func write(to writer: inout ProtobufWriter, field: Int, name: String = "media") {
        writer.message(field) { $0.string(1, name) }
    }
}
