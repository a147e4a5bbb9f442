internal import Pipeline

package typealias PubSubNamedQueue = NamedQueue<PubSubQueue>

extension NamedQueue<PubSubQueue> {
    /// A topic and a subscription of one name; whether that delivers exactly once is asked for: no delivery says.
    ///
    /// - Parameters:
    ///   - name: of the topic and of the subscription, without the project.
    ///   - project: that they are in.
    ///   - caller: the service.
    package convenience init(name: String, project: String, caller: PubSubCaller) {
        let missing = "there is no subscription \(name) in the project \(project)"
        self.init(
            longestHold: nil,
            attributeCount: PubSubQueue.attributeCount,
            missing: .reject("pubsub.getSubscription", missing)
        ) { () async throws(Fault) in
            let path = "projects/\(project)/subscriptions/\(name)"
            let administration = PubSubAdministration(caller: caller)
            guard let subscription = try await administration.subscription(path) else { return nil }
            return PubSubQueue(
                topic: "projects/\(project)/topics/\(name)",
                subscription: path,
                isExactlyOnce: subscription.isExactlyOnce,
                caller: caller
            )
        }
    }
}
