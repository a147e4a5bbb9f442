package import FoundationEssentials

/// A message as it was received, once.
package struct Delivery: Sendable {
    /// The service's id of the message, the same on every delivery.
    package let messageID: String
    /// Changes with every delivery.
    package let receipt: Receipt
    package let body: Data
    package let attributes: [String: String]
    /// How often the message was received, this time included. Services call it approximate.
    package let receiveCount: Int

    package init(
        messageID: String,
        receipt: Receipt,
        body: Data,
        attributes: [String: String] = [:],
        receiveCount: Int
    ) {
        self.messageID = messageID
        self.receipt = receipt
        self.body = body
        self.attributes = attributes
        self.receiveCount = receiveCount
    }
}
