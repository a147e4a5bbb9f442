package import FoundationEssentials

/// A message as it was received, once. A class: it goes through many hands, and a copy is one reference.
package final class Delivery: Sendable {
    /// The attribute under which a service says when a message was sent: Unix milliseconds, as text.
    package static let sentTimestamp = "SentTimestamp"

    /// The service's id of the message, the same on every delivery.
    package let messageID: String
    /// Changes with every delivery.
    package let receipt: Receipt
    package let body: Data
    package let attributes: [String: String]
    /// How often the message was received, this time included. Services call it approximate.
    package let receiveCount: Int
    /// As it was sent; nil where it was sent without, or the service has no such keys.
    package let orderingKey: String?

    package init(
        messageID: String,
        receipt: Receipt,
        body: Data,
        attributes: [String: String] = [:],
        receiveCount: Int,
        orderingKey: String? = nil
    ) {
        self.messageID = messageID
        self.receipt = receipt
        self.body = body
        self.attributes = attributes
        self.receiveCount = receiveCount
        self.orderingKey = orderingKey
    }
}
