package import FoundationEssentials
package import Pipeline

/// Takes envelopes that are too large for a message through the object store: a claim check.
///
/// The object is written before the message is, under the digest of its bytes, and nothing here ever deletes it: a
/// message may come again, lie on a dead-letter queue and be sent back. A lifecycle rule of the bucket on `payloads/`
/// does, after longer than the retention of a queue and of its dead-letter queue together (14 days each on SQS).
package struct ClaimCheck: Sendable {
    private let objects: any ObjectStore
    private let digester: any Digester

    package init(_ world: World) {
        objects = world.objects
        digester = world.digester
    }

    /// The body of an envelope's message. One that is over ``EnvelopeLimits/byteCount`` is stored; its head is sent.
    ///
    /// - Parameter envelope: at most ``EnvelopeLimits/claimedByteCount`` as JSON.
    /// - Returns: the envelope, or its head.
    /// - Throws: reject, where it is larger than that; the object store's fault.
    package func body(of envelope: Envelope<some Event>) async throws(Fault) -> Data {
        let whole = try envelope.encoded(atMost: EnvelopeLimits.claimedByteCount)
        guard whole.count > EnvelopeLimits.byteCount else { return whole }
        let bytes = [UInt8](whole)
        let claim = ClaimedEnvelope.Body(digester.digest(bytes), byteCount: bytes.count, of: envelope.tenant)
        let head = try ClaimedEnvelope(envelope, body: claim).encoded()
        _ = try await objects.putIfAbsent(claim.key, bytes, contentType: "application/json")
        return head
    }

    /// The body that a message stands for: its own, or the object that its head names.
    ///
    /// - Parameter body: of a message, as it was received.
    /// - Returns: what a stage can open.
    /// - Throws: reject with a reason for a person, where the object is gone or is not what was stored; retry or
    ///   throttled, where the store did not answer.
    package func redeemed(_ body: Data) async throws(Fault) -> Data {
        guard let head = ClaimedEnvelope(body) else { return body }
        return try await redeemed(head)
    }

    /// The object that a head names.
    ///
    /// - Parameter head: of a message, as it was received.
    /// - Returns: what a stage can open.
    /// - Throws: as for a body.
    func redeemed(_ head: ClaimedEnvelope) async throws(Fault) -> Data {
        let (operation, claim) = ("claimcheck.redeem", head.claim)
        guard head.isInPlace else {
            throw .reject(operation, "the message claims \(claim.key), \(claim.byteCount) bytes: no runtime wrote that")
        }
        guard try await objects.info(claim.key) != nil else {
            throw .reject(operation, "the payload \(claim.key) is gone: the bucket kept it for too short a time")
        }
        let stream = try await objects.stream(claim.key)
        let digest = digester.stream()
        var whole = Data()
        while whole.count <= claim.byteCount, let chunk = try await stream.next() {
            digest.update(chunk)
            whole += chunk
        }
        guard whole.count == claim.byteCount, digest.finish() == claim.digest else {
            throw .reject(operation, "the payload \(claim.key) is not what was stored: its digest differs")
        }
        return whole
    }
}
