/// One bucket of an object store.
///
/// Every call throws retry or throttled, where the store did not answer or asked for less, and reject, where it never
/// will do as it is told: no such object, no permission.
package protocol ObjectStore: Sendable {
    /// Asks for an object's facts.
    ///
    /// - Returns: nil where there is no such object.
    /// - Throws: see the protocol.
    func info(_ key: String) async throws(Fault) -> ObjectInfo?

    /// Opens an object for reading in ranges; a read that must ask the store fails once the object's bytes have changed.
    ///
    /// - Returns: the object's bytes as they stand now.
    /// - Throws: see the protocol.
    func open(_ key: String) async throws(Fault) -> any ByteSource

    /// Reads an object once, from first to last byte: for digests and copies, where ranges would cost more.
    ///
    /// - Returns: the object's bytes as they stand now.
    /// - Throws: see the protocol.
    func stream(_ key: String) async throws(Fault) -> any ByteStream

    /// Writes an object where there is none, whole or not at all.
    ///
    /// - Returns: whether it was written; an object that is there already is kept.
    /// - Throws: see the protocol.
    func putIfAbsent(_ key: String, _ bytes: [UInt8], contentType: String) async throws(Fault) -> PutOutcome

    /// Uploads bytes of any size under a key, over whatever stands there; large ones in parts.
    ///
    /// - Parameters:
    ///   - key: where to.
    ///   - source: read once, in order; a part is read again where the store did not take it.
    ///   - contentType: media type.
    ///   - progress: called with the bytes stored so far.
    /// - Throws: see the protocol; parts of an upload that failed are removed.
    func upload(
        _ key: String,
        from source: any ByteSource,
        contentType: String,
        progress: @Sendable (Int64) -> Void
    ) async throws(Fault)

    /// A URL by which anyone may read the object until it expires.
    ///
    /// - Throws: reject, where there are no credentials to sign with.
    func presign(_ key: String, expires: Duration) async throws(Fault) -> String

    /// Lists keys in the order of their UTF-8 bytes.
    ///
    /// - Returns: up to `count` keys that begin with `prefix` and come after `key`.
    /// - Throws: see the protocol.
    func list(prefix: String, after key: String, atMost count: Int) async throws(Fault) -> [ObjectInfo]

    /// Removes objects; one that is not there counts as removed.
    func delete(_ keys: [String]) async -> [Result<Void, Fault>]
}
