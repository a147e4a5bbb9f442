package import Pipeline

/// Makes and describes topics and subscriptions.
package struct PubSubAdministration: Sendable {
    private let caller: PubSubCaller

    package init(caller: PubSubCaller) { self.caller = caller }

    /// Makes a topic; one that exists stays as it is.
    ///
    /// - Parameter topic: "projects/P/topics/T".
    /// - Throws: as the service's error says.
    package func create(topic: String) async throws(Fault) {
        try await create("createTopic", topic, PubSubShape.Nothing())
    }

    /// Makes a subscription; one that exists stays as it is.
    ///
    /// - Parameters:
    ///   - name: "projects/P/subscriptions/S".
    ///   - subscription: what it is to be; it never expires.
    /// - Throws: as the service's error says.
    package func create(_ name: String, _ subscription: PubSubSubscription) async throws(Fault) {
        try await create("createSubscription", name, subscription)
    }

    /// Describes a subscription.
    ///
    /// - Parameter name: "projects/P/subscriptions/S".
    /// - Returns: nil where there is none.
    /// - Throws: as the service's error says.
    package func subscription(_ name: String) async throws(Fault) -> PubSubSubscription? {
        do throws(Fault) { return try await caller.call("getSubscription", "GET", name, nil) } catch {
            guard error.googleError?.status == 404 else { throw error }
            return nil
        }
    }

    private func create(_ operation: String, _ name: String, _ input: any Encodable & Sendable) async throws(Fault) {
        do throws(Fault) {
            let _: PubSubShape.Nothing = try await caller.call(operation, "PUT", name, input)
        } catch {
            guard error.googleError?.code == "ALREADY_EXISTS" else { throw error }
        }
    }
}
