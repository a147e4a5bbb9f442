/// A derived object, stored under the digest of its bytes.
package struct ObjectWrite: Sendable {
    package let key: String
    /// Where the bytes wait for the commit: a run may derive more than fits into memory.
    package let source: any ByteSource
    package let contentType: String

    /// Sets bytes aside for the commit. The key is `derived/<tenant>/<digest>`: equal bytes are stored once.
    ///
    /// - Throws: the scratch's fault.
    package init(_ bytes: [UInt8], contentType: String, in context: StageContext) throws(Fault) {
        self.key = "\(KeyPrefix.derived)\(context.tenant)/\(context.digester.digest(bytes))"
        self.source = try context.scratch.keep(bytes)
        self.contentType = contentType
    }
}
