internal import Pipeline

/// Reads OpenTelemetry's variables; an empty one counts as not set.
struct TelemetryVariables {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    subscript(name: String) -> String? {
        guard let value = environment[name], !value.isEmpty else { return nil }
        return value
    }

    /// Where a signal goes: its own endpoint as it stands, or `v1/<signal>` under the common one.
    ///
    /// - Returns: nil where neither is set, or the signal's exporter is `none`.
    /// - Throws: reject, where a variable is wrong.
    func endpoint(of signal: TelemetrySignal) throws(Fault) -> OTLPEndpoint? {
        let word = signal.rawValue.uppercased()
        let exporter = self["OTEL_\(word)_EXPORTER"] ?? "otlp"
        guard exporter != "none" else { return nil }
        guard exporter == "otlp" else {
            throw Self.wrong("OTEL_\(word)_EXPORTER", exporter, "this build exports by otlp, or none")
        }
        guard let url = try url(of: signal, word) else { return nil }
        let option = { (name: String) in
            let own = "OTEL_EXPORTER_OTLP_\(word)_\(name)"
            return self[own] == nil ? "OTEL_EXPORTER_OTLP_\(name)" : own
        }
        let spoken = self[option("PROTOCOL")] ?? "http/protobuf"
        guard spoken == "http/protobuf" else {
            throw Self.wrong(option("PROTOCOL"), spoken, "this build speaks http/protobuf")
        }
        return OTLPEndpoint(
            url: url,
            headers: try list(option("HEADERS")).map { OTLPEndpoint.Header(name: $0.name, value: $0.value) },
            timeout: try milliseconds(option("TIMEOUT"), default: 10_000)
        )
    }

    private func url(of signal: TelemetrySignal, _ word: String) throws(Fault) -> String? {
        let own = "OTEL_EXPORTER_OTLP_\(word)_ENDPOINT"
        if let url = self[own] { return try checked(url, own) }
        guard let base = self["OTEL_EXPORTER_OTLP_ENDPOINT"] else { return nil }
        let url = try checked(base, "OTEL_EXPORTER_OTLP_ENDPOINT")
        return "\(url)\(url.hasSuffix("/") ? "" : "/")v1/\(signal.rawValue)"
    }

    private func checked(_ url: String, _ name: String) throws(Fault) -> String {
        let schemes = ["http://", "https://"].filter { url.lowercased().hasPrefix($0) && url.count > $0.count }
        guard !schemes.isEmpty else { throw .reject("settings", "\(name) is not an http or https URL") }
        return url
    }

    /// Reads `name=value` pairs between commas, percent-decoded.
    ///
    /// - Throws: reject, where a pair is not well-formed; without its value, which may be a secret.
    func list(_ name: String) throws(Fault) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        for entry in (self[name] ?? "").split(separator: ",") {
            let entry = entry.trimmed
            guard !entry.isEmpty else { continue }
            let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let key = parts[0].trimmed.percentDecoded, !key.isEmpty,
                let value = parts[1].trimmed.percentDecoded, !value.contains(where: \.isNewline)
            else {
                throw .reject("settings", "\(name) is not a list of name=value, percent-encoded, between commas")
            }
            pairs.append((key, value))
        }
        return pairs
    }

    /// Reads a time in milliseconds, at least 1.
    ///
    /// - Throws: reject, where it is not such a number.
    func milliseconds(_ name: String, default value: Int) throws(Fault) -> Duration {
        .milliseconds(try count(name, default: value))
    }

    /// Reads the bounds of a batch queue from the variables that begin with `prefix`.
    ///
    /// - Throws: reject, where one is not a number above 0, or a batch is larger than its queue.
    func batchLimits(_ prefix: String, delay: Int) throws(Fault) -> BatchLimits {
        let queueCount = try count("\(prefix)_MAX_QUEUE_SIZE", default: 2048)
        let batchCount = try count("\(prefix)_MAX_EXPORT_BATCH_SIZE", default: min(512, queueCount))
        guard batchCount <= queueCount else {
            throw .reject("settings", "\(prefix)_MAX_EXPORT_BATCH_SIZE is over the queue's size, \(queueCount)")
        }
        return BatchLimits(
            delay: try milliseconds("\(prefix)_SCHEDULE_DELAY", default: delay),
            queueCount: queueCount,
            batchCount: batchCount,
            exportLimit: try milliseconds("\(prefix)_EXPORT_TIMEOUT", default: 30_000)
        )
    }

    private func count(_ name: String, default value: Int) throws(Fault) -> Int {
        guard let text = self[name] else { return value }
        guard let number = Int(text), 1...Self.largest ~= number else {
            throw Self.wrong(name, text, "it takes a whole number from 1 to \(Self.largest)")
        }
        return number
    }

    /// As a time, a day in milliseconds.
    private static let largest = 86_400_000

    private static func wrong(_ name: String, _ value: String, _ meaning: String) -> Fault {
        .reject("settings", "\(name) is \(value); \(meaning)")
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let isSpace = { (character: Character) in character == " " || character == "\t" }
        let start = drop(while: isSpace)
        guard let end = start.lastIndex(where: { !isSpace($0) }) else { return "" }
        return start[...end]
    }

    /// The text with its `%XX` decoded; nil where one is cut short or the bytes are not UTF-8.
    fileprivate var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, let text = String(digits), let decoded = UInt8(text, radix: 16) else { return nil }
            bytes.append(decoded)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
