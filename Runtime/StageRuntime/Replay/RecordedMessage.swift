package import FoundationEssentials
package import Pipeline

/// A message as a file holds it: the body alone, or in the shape that Pub/Sub pushes where attributes belong to it.
package struct RecordedMessage: Sendable, Equatable {
    package let body: Data
    package let attributes: [String: String]

    package init(body: Data, attributes: [String: String]) {
        self.body = body
        self.attributes = attributes
    }

    /// Reads a file's bytes.
    ///
    /// - Parameter file: any body, or a push's `message` with its `subscription`.
    /// - Throws: reject, where the message of a push is not in base64.
    package init(reading file: Data) throws(Fault) {
        guard let push = try? JSONDecoder().decode(Push.self, from: file) else {
            self.init(body: file, attributes: [:])
            return
        }
        guard let body = Data(base64Encoded: push.message.data ?? "") else {
            throw .reject("replay", "message.data is not base64")
        }
        self.init(body: body, attributes: push.message.attributes ?? [:])
    }

    /// What ``init(reading:)`` reads again: the body as it is where there are no attributes.
    ///
    /// - Parameters:
    ///   - id: the service's, of the message.
    ///   - subscription: where the message was received.
    /// - Returns: a file's bytes.
    /// - Throws: reject, where it can't be written as JSON.
    package func file(id: String, subscription: String) throws(Fault) -> Data {
        guard !attributes.isEmpty else { return body }
        let message = Push.Message(data: body.base64EncodedString(), attributes: attributes, messageId: id)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do { return try encoder.encode(Push(message: message, subscription: subscription)) } catch {
            throw .reject("replay", "the message can't be written as JSON", underlying: error)
        }
    }

    /// Source: "Create push subscriptions", Pub/Sub's documentation.
    private struct Push: Codable {
        struct Message: Codable {
            /// Missing where the body is empty.
            let data: String?
            let attributes: [String: String]?
            let messageId: String?
        }
        let message: Message
        let subscription: String
    }
}
