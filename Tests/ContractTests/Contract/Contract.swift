/// The ports that have a contract, and the servers that each is held to.
enum Contract: String, CaseIterable, Sendable {
    case queue = "Queue"
    case objectStore = "ObjectStore"
    case catalog = "Catalog"
    /// What each has beyond its port.
    case pubsub = "Pub/Sub"
    case sqs = "SQS"
    case s3 = "S3"

    /// Whether its tests move many megabytes.
    var isHeavy: Bool { self == .objectStore || self == .s3 }

    var servers: [ContractServer] {
        switch self {
        case .queue: [.memory, .ministack, .moto, .pubsub]
        case .objectStore: [.memory, .ministack, .moto]
        case .catalog: [.memory, .postgres]
        case .pubsub: [.pubsub]
        case .sqs, .s3: AWSServer.kinds
        }
    }
}
