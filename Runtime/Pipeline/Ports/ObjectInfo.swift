/// What the object store says of an object without reading it.
package struct ObjectInfo: Hashable, Sendable {
    package let key: String
    package let byteCount: Int64
    package let entityTag: String
    package let contentType: String?

    package init(key: String, byteCount: Int64, entityTag: String, contentType: String? = nil) {
        self.key = key
        self.byteCount = byteCount
        self.entityTag = entityTag
        self.contentType = contentType
    }
}
