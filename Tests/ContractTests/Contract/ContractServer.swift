/// What an implementation of a port is run against.
enum ContractServer: String, Sendable {
    case memory
    case ministack
    case moto
    case pubsub = "Pub/Sub emulator"
    case postgres = "PostgreSQL"

    /// Google's emulator comes in a package of Google's own; all others must start wherever the tests run.
    var isInstalled: Bool { self != .pubsub || PubSubEmulator.binary != nil }
}
