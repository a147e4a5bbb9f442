internal import FoundationEssentials

/// A message attribute as SQS has it.
struct SQSAttribute: Codable, Sendable {
    enum CodingKeys: String, CodingKey {
        case type = "DataType"
        case text = "StringValue"
        case binary = "BinaryValue"
    }
    /// "String", "Number" or "Binary", and a label of the sender's after a dot.
    let type: String
    let text: String?
    let binary: Data?

    init(type: String, text: String? = nil, binary: Data? = nil) {
        self.type = type
        self.text = text
        self.binary = binary
    }

    init(_ text: String) { self.init(type: "String", text: text) }

    /// What counts towards the service's limit on a message's length.
    var byteCount: Int { type.utf8.count + (text?.utf8.count ?? 0) + (binary?.count ?? 0) }

    /// MD5 of a message's attributes, hexadecimal; nil where one has no value.
    ///
    /// In the order of the names: each of name, type and value with its length in 4 bytes, and before the value 1 for
    /// text, 2 for bytes. Source: "Calculating the MD5 message digest for message attributes", SQS developer guide.
    static func digest(_ attributes: [String: SQSAttribute]) -> String? {
        var bytes: [UInt8] = []
        func append(_ field: some Collection<UInt8>) {
            bytes += withUnsafeBytes(of: UInt32(field.count).bigEndian) { Array($0) }
            bytes += field
        }
        for (name, attribute) in attributes.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            append(name.utf8)
            append(attribute.type.utf8)
            if let binary = attribute.binary {
                bytes.append(2)
                append(binary)
            } else if let text = attribute.text {
                bytes.append(1)
                append(text.utf8)
            } else {
                return nil
            }
        }
        return Hexadecimal.encoded(MD5.digest(bytes))
    }
}
