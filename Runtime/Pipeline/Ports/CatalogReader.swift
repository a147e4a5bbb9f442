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
}
