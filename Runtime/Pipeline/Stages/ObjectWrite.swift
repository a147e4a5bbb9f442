/// A derived object, stored under the digest of its bytes.
package struct ObjectWrite: Sendable {
    package let key: String
    package let bytes: [UInt8]
    package let contentType: String

    /// The key is `derived/<tenant>/<digest>`: equal bytes are stored once.
    package init(tenant: Tenant, bytes: [UInt8], contentType: String, digester: any Digester) {
        self.key = "derived/\(tenant)/\(digester.digest(bytes))"
        self.bytes = bytes
        self.contentType = contentType
    }
}
