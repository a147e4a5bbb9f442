package import FoundationEssentials

/// A message to send.
package struct OutgoingMessage: Sendable {
    package let body: Data
    /// At most 10 on SQS.
    package let attributes: [String: String]
    /// How long it stays hidden; at most 900 s on SQS.
    package let delay: Duration

    package init(body: Data, attributes: [String: String] = [:], delay: Duration = .zero) {
        self.body = body
        self.attributes = attributes
        self.delay = delay
    }
}
