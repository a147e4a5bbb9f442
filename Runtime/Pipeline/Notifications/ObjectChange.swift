/// One change of one object, as an object store tells it.
package struct ObjectChange: Hashable, Codable, Sendable {
    package enum Action: String, Codable, Sendable {
        /// New bytes stand under the key: put, post, copy or a completed multipart upload.
        case created
        case removed
        /// The same bytes are to be analysed again: no store tells this, an operator does.
        case rerun
    }

    package let action: Action
    package let bucket: String
    /// The key as it is in the store, decoded.
    package let key: String
    package let versionID: String?
    /// Of the new bytes; nil where the object was removed.
    package let byteCount: Int64?
    package let entityTag: String?
    package let sequencer: Sequencer?
    /// When it happened, in milliseconds since 1970; nil where the store does not tell.
    package let milliseconds: Int64?

    /// Whether the pipeline itself has written the object: what it derives, and payloads too large for a message.
    package var isOwn: Bool { [KeyPrefix.derived, KeyPrefix.payloads].contains { key.hasPrefix($0) } }

    package init(
        action: Action,
        bucket: String,
        key: String,
        versionID: String? = nil,
        byteCount: Int64? = nil,
        entityTag: String? = nil,
        sequencer: Sequencer? = nil,
        milliseconds: Int64? = nil
    ) {
        self.action = action
        self.bucket = bucket
        self.key = key
        self.versionID = versionID
        self.byteCount = byteCount
        self.entityTag = entityTag
        self.sequencer = sequencer
        self.milliseconds = milliseconds
    }
}
