/// One change of the catalog, in the domain's words. Unless it says otherwise, it is about the run's own asset and
/// generation, and about the run's own stage and part.
package enum CatalogWrite: Codable, Sendable {
    /// A new generation of an asset becomes the current one; runs of older generations are stale from then on.
    case register(AssetRegistration)
    /// The asset's current bytes are told to be newer than was known, and are the same bytes.
    case confirm(Sequencer?)
    /// The asset's object is gone: all that is known of it goes too, except that it was there, and its ledger. Its
    /// state is `removed`.
    case remove(Sequencer?)
    /// The copies of the run's asset become copies of `successor`, except `successor` itself.
    case repointCopies(successor: AssetID)
    case facts(AssetFacts)
    /// Adds runs to the generation's ledger, pending; those that stand there are left alone.
    case plan(Plan)
    /// Replaces the run's moments; the order is kept and counts from 0.
    case moments([Moment])
    /// Replaces the run's vectors.
    case vectors(model: ModelVersion, [MomentVector])
    /// Replaces the run's outputs.
    case outputs([Output])
    /// Replaces the run's fingerprints of that kind.
    case fingerprints(Fingerprints)
    /// Replaces what is known of the asset as a duplicate of another.
    case duplicate(of: AssetID, relation: DuplicateRelation)
    /// Replaces what the asset's runs have found by this basis, older generations' included. What others have found of
    /// it stays, and so does what a person has accepted.
    case nearDuplicates(by: MatchBasis, [NearDuplicate])
    /// People see this generation from now on, and no older one: what older ones held goes. The asset's state becomes
    /// this.
    case publish(AssetState, reason: String?)
    case usage(ModelUsage)
}
