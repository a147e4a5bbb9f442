internal import FoundationEssentials
internal import Glibc

/// What produces the telemetry: `Resource` of OpenTelemetry.
package struct TelemetryResource: Sendable, Equatable {
    /// By name.
    package let attributes: [String: String]

    /// With what tells this process from others: without it, sums of two workers of a stage would be taken for one.
    func ofThisProcess() -> TelemetryResource {
        var name = [CChar](repeating: 0, count: 256)
        var facts = ["service.instance.id": UUID().uuidString.lowercased(), "process.pid": "\(getpid())"]
        if gethostname(&name, name.count - 1) == 0 {
            facts["host.name"] = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
        return TelemetryResource(attributes: facts.merging(attributes) { $1 })
    }

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
