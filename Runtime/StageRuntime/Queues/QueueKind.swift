internal import Pipeline

/// The message service that `MEDIA_QUEUE` names.
package enum QueueKind: Sendable, Equatable {
    case sqs
    /// Topics and subscriptions are in the project.
    case pubsub(project: String)

    /// Its name in OpenTelemetry's conventions.
    package var system: String {
        switch self {
        case .sqs: "aws_sqs"
        case .pubsub: "gcp_pubsub"
        }
    }

    /// Reads `MEDIA_QUEUE`, and `GOOGLE_CLOUD_PROJECT` where it is needed.
    ///
    /// - Throws: reject, with the setting's name and what it should be.
    init(environment: [String: String]) throws(Fault) {
        switch environment["MEDIA_QUEUE"] ?? "sqs" {
        case "sqs", "": self = .sqs
        case "pubsub":
            let meaning = "MEDIA_QUEUE is pubsub, whose topics and subscriptions are in a project"
            self = .pubsub(project: try Settings.required("GOOGLE_CLOUD_PROJECT", meaning, in: environment))
        case let other: throw .reject("settings", "MEDIA_QUEUE is \(other), not sqs or pubsub")
        }
    }
}
