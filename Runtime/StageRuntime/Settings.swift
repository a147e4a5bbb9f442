package import Logging
package import Pipeline

/// What a process is told by its environment. A wrong or missing setting is one line that names it.
package struct Settings: Sendable {
    package let environment: [String: String]
    /// Of assets that come by object events: `MEDIA_TENANT`.
    package let tenant: Tenant
    /// `MEDIA_BUCKET`.
    package let bucket: String
    /// `MEDIA_QUEUE`.
    package let queue: QueueKind
    /// Queues are `<prefix>-<stage>`: `MEDIA_QUEUE_PREFIX`.
    package let queuePrefix: String
    /// Which of its stage's queues a worker serves: `MEDIA_LANES`, `interactive,bulk`.
    package let lanes: [Lane]
    /// `DATABASE_URL`.
    package let databaseURL: String
    /// How long runs may go on once the process is told to end: `MEDIA_STOP_SECONDS`, 1 to 3600.
    package let stopLimit: Duration
    /// `LOG_LEVEL`.
    package let logLevel: Logger.Level

    /// Reads the settings.
    ///
    /// - Throws: reject, with the setting's name and what it should be.
    package init(environment: [String: String]) throws(Fault) {
        self.environment = environment
        tenant = Tenant(rawValue: environment["MEDIA_TENANT"] ?? "default")
        queue = try QueueKind(environment: environment)
        queuePrefix = environment["MEDIA_QUEUE_PREFIX"] ?? "media"
        bucket = try Self.required("MEDIA_BUCKET", "the bucket that uploads go to", in: environment)
        databaseURL = try Self.required("DATABASE_URL", "postgresql://user@host:port/database", in: environment)
        let level = environment["LOG_LEVEL"] ?? "info"
        guard let logLevel = Logger.Level(rawValue: level.lowercased()) else {
            throw .reject("settings", "LOG_LEVEL is \(level), not trace, debug, info, warning, error or critical")
        }
        self.logLevel = logLevel
        let seconds = environment["MEDIA_STOP_SECONDS"] ?? "20"
        guard let stopSeconds = Int(seconds), 1...3600 ~= stopSeconds else {
            throw .reject("settings", "MEDIA_STOP_SECONDS is \(seconds), not from 1 to 3600")
        }
        stopLimit = .seconds(stopSeconds)
        lanes = try Self.lanes(environment["MEDIA_LANES"] ?? "interactive,bulk")
    }

    /// A setting that must be there.
    ///
    /// - Throws: reject, where it is not set or empty.
    package static func required(
        _ name: String,
        _ meaning: String,
        in environment: [String: String]
    ) throws(Fault) -> String {
        guard let value = environment[name], !value.isEmpty else {
            throw .reject("settings", "\(name) is not set: \(meaning)")
        }
        return value
    }

    private static func lanes(_ text: String) throws(Fault) -> [Lane] {
        let names = text.split(separator: ",")
        let lanes = Lane.allCases.filter { names.contains(Substring($0.rawValue)) }
        guard !lanes.isEmpty, lanes.count == names.count else {
            throw .reject("settings", "MEDIA_LANES is '\(text)', not interactive, bulk or both with a comma between")
        }
        return lanes
    }

    package func queueName(_ stage: StageName, _ lane: Lane = .interactive) -> String {
        "\(queuePrefix)-\(stage)\(lane.queueSuffix)"
    }
    package func deadLetterQueueName(_ stage: StageName) -> String { "\(queuePrefix)-\(stage)-dlq" }
}
