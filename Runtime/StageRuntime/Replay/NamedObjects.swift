internal import FoundationEssentials
internal import Pipeline

/// The objects of one bucket that a message names.
struct NamedObjects {
    private(set) var keys: [String] = []
    /// Of the bytes that it is about, where it tells.
    private(set) var digests: [Digest] = []
    /// Whether the stage reads an asset's bytes: then it may read what was derived from them as well.
    let hasSource: Bool

    private struct Message: Decodable {
        struct Payload: Decodable {
            let source: ObjectReference?
        }
        let payload: Payload
    }

    /// Reads a message; one that is nothing that stages take names no objects.
    init(body: Data, attributes: [String: String], bucket: String) {
        if let source = (try? JSONDecoder().decode(Message.self, from: body))?.payload.source {
            keys = source.bucket == bucket ? [source.key] : []
            digests = [source.digest]
            hasSource = true
            return
        }
        hasSource = false
        let changes = (try? ObjectChange.told(by: body, attributes: attributes)) ?? []
        keys = changes.filter { $0.bucket == bucket && !$0.isOwn }.map(\.key)
    }
}
