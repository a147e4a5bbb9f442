package import FoundationEssentials
internal import Glibc

/// What is sent in place of an envelope that is too large for a message: its head, and where the whole of it lies.
///
///     {"v":1,"id":"...","kind":"text.ready.v1","tenant":"default","asset":"...","generation":1,"part":"speech",
///      "sent":"...","claim":{"key":"payloads/default/<digest>","digest":"<digest>","byteCount":1000000}}
package struct ClaimedEnvelope: Codable, Sendable {
    /// An object that is an envelope's whole body.
    package struct Body: Codable, Hashable, Sendable {
        package let key: String
        /// Of the object's bytes.
        package let digest: Digest
        package let byteCount: Int

        /// The key is `payloads/<tenant>/<digest>`.
        package init(_ digest: Digest, byteCount: Int, of tenant: Tenant) {
            self.key = Self.key(digest, tenant)
            self.digest = digest
            self.byteCount = byteCount
        }

        static func key(_ digest: Digest, _ tenant: Tenant) -> String { "\(KeyPrefix.payloads)\(tenant)/\(digest)" }
    }

    /// The wire format's version, the envelope's.
    package let v: Int
    package let id: String
    package let kind: EventKind
    package let tenant: Tenant
    package let asset: AssetID
    package let generation: Int
    /// The payload's part; nil where it is empty.
    package let part: String?
    package let sent: String
    package let claim: Body

    package init<Payload: Event>(_ envelope: Envelope<Payload>, body: Body) {
        v = envelope.v
        id = envelope.id
        kind = envelope.kind
        tenant = envelope.tenant
        asset = envelope.asset
        generation = envelope.generation
        part = envelope.payload.part.isEmpty ? nil : envelope.payload.part
        sent = envelope.sent
        claim = body
    }

    /// Reads a message's body without parsing one that is an ordinary message.
    ///
    /// - Returns: nil where the body is no such head.
    package init?(_ body: Data) {
        guard body.count <= EnvelopeLimits.headByteCount, Self.isMarked(body) else { return nil }
        guard let head = try? JSONDecoder().decode(ClaimedEnvelope.self, from: body), head.v == 1 else { return nil }
        self = head
    }

    /// The body of the message.
    ///
    /// - Throws: reject, where the head itself is too long.
    package func encoded() throws(Fault) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let body = try? encoder.encode(self), body.count <= EnvelopeLimits.headByteCount else {
            throw .reject("envelope.encode", "the head of \(kind) is over \(EnvelopeLimits.headByteCount) bytes")
        }
        return body
    }

    /// Whether the claim is where this runtime puts one, and of a length that it writes: a message must not name other
    /// objects of the bucket.
    package var isInPlace: Bool {
        claim.key == Body.key(claim.digest, tenant) && 0...EnvelopeLimits.claimedByteCount ~= claim.byteCount
    }

    /// The parts of `"claim"` about its last letter, which is rarer than the others. Inside a JSON string the quotes would be
    /// escaped, so a text never looks like it.
    private static let (before, after): (StaticString, StaticString) = (#""clai"#, #"m""#)

    private static func isMarked(_ body: Data) -> Bool {
        body.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return false }
            var place = before.utf8CodeUnitCount
            while place + after.utf8CodeUnitCount <= bytes.count,
                let found = memchr(start + place, Int32(UInt8(ascii: "m")), bytes.count - place - 1)
            {
                place = found - UnsafeMutableRawPointer(mutating: start)
                let isHere =
                    memcmp(found, after.utf8Start, after.utf8CodeUnitCount) == 0
                    && memcmp(found - before.utf8CodeUnitCount, before.utf8Start, before.utf8CodeUnitCount) == 0
                if isHere { return true }
                place += 1
            }
            return false
        }
    }
}
