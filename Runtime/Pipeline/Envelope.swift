package import FoundationEssentials

/// What every message between stages carries, as JSON.
package struct Envelope<Payload: Event>: Encodable, Sendable {
    /// The wire format's version; this code reads and writes 1.
    package let v: Int
    /// UUID of the message, the same on every delivery.
    package let id: String
    package let kind: EventKind
    package let tenant: Tenant
    package let asset: AssetID
    /// Counts the versions of the asset's bytes, from 1.
    package let generation: Int
    /// W3C trace context.
    package let traceparent: String?
    /// RFC 3339, UTC.
    package let sent: String
    package let payload: Payload

    package init(
        id: String,
        tenant: Tenant,
        asset: AssetID,
        generation: Int,
        traceparent: String? = nil,
        sent: String,
        payload: Payload
    ) {
        self.v = 1
        self.id = id
        self.kind = Payload.kind
        self.tenant = tenant
        self.asset = asset
        self.generation = generation
        self.traceparent = traceparent
        self.sent = sent
        self.payload = payload
    }

    /// The body of a message.
    ///
    /// Keys are sorted, so that equal envelopes have equal bytes.
    /// - Parameter byteCount: the longest body that is wanted.
    /// - Returns: JSON.
    /// - Throws: reject, where the body is longer.
    package func encoded(atMost byteCount: Int = EnvelopeLimits.byteCount) throws(Fault) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body: Data
        do { body = try encoder.encode(self) } catch {
            throw .reject("envelope.encode", "the event can't be written as JSON", underlying: error)
        }
        guard body.count <= byteCount else {
            throw .reject("envelope.encode", "\(kind) is \(body.count) bytes; at most \(byteCount) can be sent")
        }
        return body
    }

    /// Reads a message's body.
    ///
    /// - Throws: reject with a reason for a person: not JSON, another version, another kind.
    package static func decoded(_ body: Data) throws(Fault) -> Envelope {
        guard let fields = try? EnvelopeFields(body), let version = fields.version, let kind = fields.kind else {
            throw .reject("envelope.decode", "the message is not an envelope: no JSON object with v and kind")
        }
        guard version == 1 else {
            throw .reject("envelope.decode", "envelope version \(version); this build reads version 1")
        }
        guard kind == Payload.kind.rawValue else {
            throw .reject("envelope.decode", "the message is \(kind); this stage takes \(Payload.kind)")
        }
        guard let id = fields.id, let tenant = fields.tenant, let asset = fields.asset, let sent = fields.sent,
            let generation = fields.generation, let payload = fields.payload
        else { throw .reject("envelope.decode", "\(kind) has a field missing") }
        do {
            return Envelope(
                id: id,
                tenant: Tenant(rawValue: tenant),
                asset: AssetID(rawValue: asset),
                generation: generation,
                traceparent: fields.traceparent,
                sent: sent,
                payload: try PayloadDecoder.decode(Payload.self, from: payload)
            )
        } catch {
            throw .reject("envelope.decode", "\(kind) has a field missing or of the wrong type", underlying: error)
        }
    }
}

/// Bounds on a message.
package enum EnvelopeLimits {
    /// Larger payloads are claim-checked to the object store.
    package static let byteCount = 200_000
    /// Of one that is claim-checked.
    package static let claimedByteCount = 64 << 20
    /// Of what is sent in its place.
    package static let headByteCount = 4096
}
