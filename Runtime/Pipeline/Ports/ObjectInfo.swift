/// What the object store says of an object without reading it.
package struct ObjectInfo: Hashable, Sendable {
    package let key: String
    package let byteCount: Int64
    package let entityTag: String
    package let contentType: String?
    /// When it was written, in milliseconds since 1970; nil where the store did not tell.
    package let modifiedMilliseconds: Int64?

    package init(
        key: String,
        byteCount: Int64,
        entityTag: String,
        contentType: String? = nil,
        modifiedMilliseconds: Int64? = nil
    ) {
        self.key = key
        self.byteCount = byteCount
        self.entityTag = entityTag
        self.contentType = contentType
        self.modifiedMilliseconds = modifiedMilliseconds
    }
}
