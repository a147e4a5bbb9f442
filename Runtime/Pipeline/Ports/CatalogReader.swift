/// What stages may ask of the record.
///
/// Every call throws retry, where the database did not answer, and reject, where it refused.
package protocol CatalogReader: Sendable {
    /// Looks an asset up, in whatever state it is.
    ///
    /// - Returns: nil where it was never registered.
    /// - Throws: see the protocol.
    func asset(_ id: AssetID, of tenant: Tenant) async throws(Fault) -> Asset?

    /// The asset with these bytes that is not itself a copy, nor failed, nor removed.
    ///
    /// - Returns: nil where there is none.
    /// - Throws: see the protocol.
    func original(of digest: Digest, of tenant: Tenant) async throws(Fault) -> Asset?

    /// Assets that are copies of this one, the oldest first; removed ones are left out.
    ///
    /// - Returns: at most `count`.
    /// - Throws: see the protocol.
    func copies(of asset: AssetID, of tenant: Tenant, atMost count: Int) async throws(Fault) -> [Asset]

    /// The runs of one generation, in plan order, Publish last.
    ///
    /// - Returns: empty where the generation is not known.
    /// - Throws: see the protocol.
    func ledger(of asset: AssetID, generation: Int, of tenant: Tenant) async throws(Fault) -> [LedgerRow]

    /// The moments of one generation, by start, then by key.
    ///
    /// - Returns: those of the kinds asked for.
    /// - Throws: see the protocol.
    func moments(
        of asset: AssetID,
        generation: Int,
        kinds: Set<MomentKind>,
        of tenant: Tenant
    ) async throws(Fault) -> [StoredMoment]

    /// The derived objects of one generation, by start.
    ///
    /// - Returns: those of the names asked for.
    /// - Throws: see the protocol.
    func outputs(
        of asset: AssetID,
        generation: Int,
        names: Set<OutputName>,
        of tenant: Tenant
    ) async throws(Fault) -> [Output]

    /// The fingerprints of one generation, of one kind.
    ///
    /// - Returns: by start; empty where there are none.
    /// - Throws: see the protocol.
    func fingerprints(
        _ kind: FingerprintKind,
        of asset: AssetID,
        generation: Int,
        of tenant: Tenant
    ) async throws(Fault) -> Fingerprints

    /// Other assets of the tenant with fingerprints near these, in their current generation or the one people see.
    ///
    /// What many assets share counts little for each of them: titles, logos, colour bars. See ``MatchLimits``.
    /// - Parameters:
    ///   - fingerprints: those of pictures are searched for where they are indexed, or turned, and good enough.
    ///   - asset: whose they are.
    ///   - tenant: whose assets.
    /// - Returns: the best first; not all of those that share little.
    /// - Throws: see the protocol.
    func resembling(
        _ fingerprints: Fingerprints,
        of asset: AssetID,
        of tenant: Tenant
    ) async throws(Fault) -> [MatchCandidate]

    /// Assets that repeat each other, exact copies first, then by id; removed ones are left out, split ones are not.
    ///
    /// - Parameters:
    ///   - asset: only what this one repeats, or is repeated by; nil for all.
    ///   - tenant: whose.
    ///   - count: at most so many of exact copies, and of others.
    /// - Returns: the pairs.
    /// - Throws: see the protocol.
    func duplicates(of asset: AssetID?, of tenant: Tenant, atMost count: Int) async throws(Fault) -> [DuplicatePair]
}
