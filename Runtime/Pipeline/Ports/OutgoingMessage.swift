package import FoundationEssentials

/// A message to send.
package struct OutgoingMessage: Sendable {
    package let body: Data
    /// At most as many as the queue takes, see ``Queue/attributeCount``.
    package let attributes: [String: String]
    /// How long it stays hidden; at most 900 s on SQS.
    package let delay: Duration
    /// Messages with one key are sent in their order, where the service keeps one; nil for none. SQS's standard queues
    /// have no such keys.
    package let orderingKey: String?

    package init(
        body: Data,
        attributes: [String: String] = [:],
        delay: Duration = .zero,
        orderingKey: String? = nil
    ) {
        self.body = body
        self.attributes = attributes
        self.delay = delay
        self.orderingKey = orderingKey
    }
}
