/// A part of an upload, as the store took it.
struct S3Part: Sendable {
    /// From 1.
    let number: Int
    let byteCount: Int
    let entityTag: String
    /// In base64; nil where none went along.
    let checksum: String?

    /// As the list of parts has it that ends an upload.
    var xml: String {
        let sum = checksum.map { "<ChecksumCRC32>\($0)</ChecksumCRC32>" } ?? ""
        return "<Part><PartNumber>\(number)</PartNumber><ETag>\(XMLDocument.escaped(entityTag))</ETag>\(sum)</Part>"
    }
}
