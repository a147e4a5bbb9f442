package import FoundationEssentials

extension ObjectChange {
    /// What an object store's message tells: Cloud Storage's, by its attributes, or any of S3's forms.
    ///
    /// - Parameters:
    ///   - body: of the message.
    ///   - attributes: of the message.
    /// - Returns: in the message's order; none where there is nothing to do.
    /// - Throws: reject with a reason for a person.
    package static func told(by body: Data, attributes: [String: String]) throws(Fault) -> [ObjectChange] {
        guard CloudStorageNotification.isTold(by: attributes) else { return try ObjectNotification(body).changes }
        return try CloudStorageNotification(body, attributes: attributes).change.map { [$0] } ?? []
    }
}
