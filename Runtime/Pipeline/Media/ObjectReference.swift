/// The bytes of an asset's generation, where they lie.
package struct ObjectReference: Hashable, Codable, Sendable {
    package let bucket: String
    package let key: String
    package let byteCount: Int64
    package let contentType: String?
    /// SHA-256 of the bytes.
    package let digest: Digest

    package init(bucket: String, key: String, byteCount: Int64, contentType: String?, digest: Digest) {
        self.bucket = bucket
        self.key = key
        self.byteCount = byteCount
        self.contentType = contentType
        self.digest = digest
    }
}
