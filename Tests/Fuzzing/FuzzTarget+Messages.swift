import FoundationEssentials

@testable import Cloud
@testable import Pipeline

extension FuzzTarget {
    /// What was read once is written and read again as the same.
    static func envelope(_ bytes: [UInt8]) {
        let body = Data(bytes)
        if let head = ClaimedEnvelope(body), let written = try? head.encoded() {
            precondition(ClaimedEnvelope(written) != nil, "a claim's head that was written can't be read")
        }
        if let envelope = try? Envelope<AssetReceived>.decoded(body) { check(envelope) }
        if let envelope = try? Envelope<AssetProbed>.decoded(body) { check(envelope) }
        if let envelope = try? Envelope<TextReady>.decoded(body) { check(envelope) }
    }

    private static func check<Payload: Event & Equatable>(_ envelope: Envelope<Payload>) {
        guard let written = try? envelope.encoded() else { return }
        let again = try? Envelope<Payload>.decoded(written)
        precondition(again?.payload == envelope.payload, "an envelope that was written is read as another")
    }

    /// What the reader takes, it takes in every way; what it skips, it gives raw and reads again.
    static func json(_ bytes: [UInt8]) {
        let skipped: Void? = try? JSONReader.read(bytes) { reader throws(JSONError) in try reader.skip() }
        let raw = try? JSONReader.read(bytes) { reader throws(JSONError) in try reader.raw() }
        precondition((skipped == nil) == (raw == nil), "skipped and raw differ")
        let value = try? JSONReader.read(bytes) { reader throws(JSONError) in try reader.plainValue() }
        precondition(value == nil || raw != nil, "a plain value that can't be skipped")
        _ = try? PayloadDecoder.decode(AssetProbed.self, from: Data(bytes))
        _ = PayloadDecoder.plain(AssetReceived.self, from: Data(bytes))
        guard let text = try? JSONReader.read(bytes, { reader throws(JSONError) in try reader.string() }) else {
            return
        }
        let again = try? JSONReader.read(Array(JSONText.quoted(text).utf8)) { reader throws(JSONError) in
            try reader.string()
        }
        precondition(again == text, "a string that was quoted is read as another")
    }

    /// The first byte says which form; Cloud Storage's attributes are lines before an empty one.
    static func notification(_ bytes: [UInt8]) {
        guard bytes.first == UInt8(ascii: "@") else {
            _ = try? ObjectChange.told(by: Data(bytes), attributes: [:])
            return
        }
        var attributes: [String: String] = [:]
        let lines = bytes.dropFirst().split(separator: 10, omittingEmptySubsequences: false)
        for line in lines.prefix(while: { !$0.isEmpty }) {
            let parts = line.split(separator: 61, maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            attributes[String(decoding: parts[0], as: UTF8.self)] = String(decoding: parts[1], as: UTF8.self)
        }
        let body = lines.drop { !$0.isEmpty }.dropFirst().joined(separator: [10])
        _ = try? ObjectChange.told(by: Data(body), attributes: attributes)
    }

    /// A text in the tree is written and read again as the same.
    static func xml(_ bytes: [UInt8]) {
        guard let root = XMLDocument.root(bytes) else { return }
        check(root, depth: 1)
        let written = Array("<a>\(XMLDocument.escaped(root.text))</a>".utf8)
        precondition(XMLDocument.root(written)?.text == root.text, "a text that was escaped is read as another")
    }

    private static func check(_ element: Cloud.XMLElement, depth: Int) {
        precondition(depth <= 16, "deeper than is allowed")
        for child in element.children { check(child, depth: depth + 1) }
    }
}
