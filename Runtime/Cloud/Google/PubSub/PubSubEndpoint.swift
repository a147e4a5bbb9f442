package import Pipeline

/// Where Pub/Sub is spoken to: the service, or an emulator that takes no credentials.
package struct PubSubEndpoint: Sendable, Equatable {
    package static let service = PubSubEndpoint(url: "https://pubsub.googleapis.com", isEmulator: false)

    /// Without a slash at the end.
    package let url: String
    package let isEmulator: Bool

    private init(url: String, isEmulator: Bool) {
        self.url = url
        self.isEmulator = isEmulator
    }

    /// Reads `PUBSUB_EMULATOR_HOST`, a host with a port.
    ///
    /// - Parameter environment: the process's variables; an empty one counts as not set.
    /// - Throws: reject, where the variable is no host with a port.
    package init(environment: [String: String]) throws(Fault) {
        guard let host = environment["PUBSUB_EMULATOR_HOST"], !host.isEmpty else {
            self = .service
            return
        }
        guard let endpoint = AWSEndpoint(url: "http://\(host)") else {
            throw .reject("pubsub.endpoint", "PUBSUB_EMULATOR_HOST must be HOST:PORT, and is \(host)")
        }
        self.init(url: "http://\(endpoint.authority)", isEmulator: true)
    }
}
