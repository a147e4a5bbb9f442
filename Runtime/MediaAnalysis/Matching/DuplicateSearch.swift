package import Pipeline

/// Finds what an asset repeats: candidates by the catalog's index, each compared in full.
package struct DuplicateSearch {
    private let catalog: any CatalogReader
    private let tenant: Tenant

    package init(_ catalog: any CatalogReader, tenant: Tenant) {
        self.catalog = catalog
        self.tenant = tenant
    }

    /// Looks among all that is committed.
    ///
    /// - Parameters:
    ///   - fingerprints: of the asset, of one kind.
    ///   - asset: whose they are.
    ///   - progress: told how many parts of the work are done, 0 to 1.
    /// - Returns: what it repeats, the best candidates first.
    /// - Throws: the catalog's fault; a cancellation.
    package func duplicates(
        of fingerprints: Fingerprints,
        asset: AssetID,
        progress: (Double) -> Void = { _ in }
    ) async throws -> [NearDuplicate] {
        let candidates = try await catalog.resembling(fingerprints, of: asset, of: tenant)
        var found: [NearDuplicate] = []
        for (index, candidate) in candidates.enumerated() {
            try Task.checkCancellation()
            let others = try await catalog.fingerprints(
                fingerprints.kind,
                of: candidate.asset,
                generation: candidate.generation,
                of: tenant
            )
            if let evidence = FingerprintMatcher.evidence(fingerprints, others) {
                found.append(
                    NearDuplicate(other: candidate.asset, otherGeneration: candidate.generation, evidence: evidence)
                )
            }
            progress(Double(index + 1) / Double(candidates.count))
        }
        return DuplicateJudge.withoutCommonPieces(found)
    }
}
