extension Effects {
    /// The effects with one more: when an asset's bytes go or can't be analysed, its first copy becomes an original of
    /// its own, is analysed, and takes over the other copies. Whoever calls this may send to Probe.
    ///
    /// - Parameters:
    ///   - known: the asset as it was; nothing is added where it has no copies.
    ///   - context: of the run.
    /// - Returns: the effects.
    /// - Throws: the catalog's fault.
    package func promotingCopy(of known: Asset?, _ context: StageContext) async throws -> Effects {
        guard let known, known.copyOf == nil else { return self }
        let copies = try await context.catalog.copies(of: known.id, of: context.tenant, atMost: 1)
        guard let copy = copies.first else { return self }
        let registration = AssetRegistration(
            asset: copy.id,
            generation: copy.generation + 1,
            source: copy.source,
            plan: try Plan([PlannedRun("probe")])
        )
        let received = OutgoingEvent(
            AssetReceived(source: copy.source),
            to: "probe",
            asset: copy.id,
            generation: registration.generation
        )
        var effects = self
        effects.rows += [.repointCopies(successor: copy.id), .register(registration)]
        effects.events.append(received)
        return effects
    }
}
