package import CoreMetrics
package import Logging
package import Pipeline

/// What people and programs may ask of the record.
package struct SearchService: Sendable {
    let catalog: any Catalog
    let objects: any ObjectStore
    let models: any ModelClient
    let tenant: Tenant
    let limits: SearchLimits
    let logger: Logger
    let metrics: any MetricsFactory

    package init(
        catalog: any Catalog,
        objects: any ObjectStore,
        models: any ModelClient,
        tenant: Tenant,
        limits: SearchLimits = SearchLimits(),
        logger: Logger,
        metrics: any MetricsFactory = NOOPMetricsHandler.instance
    ) {
        self.catalog = catalog
        self.objects = objects
        self.models = models
        self.tenant = tenant
        self.limits = limits
        self.logger = logger
        self.metrics = metrics
    }

    /// Searches by words, and by meaning where a model answers in time.
    func search(_ request: SearchRequest) async throws -> SearchAnswer {
        if let asset = request.asset { _ = try await status(of: asset) }
        let meaning = await meaning(of: request.terms.wanted)
        let query = SearchQuery(
            tenant: tenant,
            text: request.text,
            vector: meaning?.vector,
            model: meaning?.model,
            asset: request.asset,
            limit: request.limit
        )
        return try await within(limits.catalogTimeout) { [catalog, tenant] in
            let hits = try await catalog.search(query)
            var byMeaning = hits.contains { $0.distance != nil }
            // Nothing is near, or nothing was there to be compared: a model that is new here has no vectors yet.
            if !byMeaning, let model = query.model { byMeaning = try await catalog.hasVectors(of: model, of: tenant) }
            return SearchAnswer(query: request.text, byMeaning: byMeaning, hits: hits)
        }
    }

    /// Assets that come after one of them, the newest first.
    func assets(after cursor: AssetID?, atMost count: Int) async throws -> AssetList {
        let statuses = try await within(limits.catalogTimeout) { [catalog, tenant] in
            try await catalog.statuses(of: tenant, ids: nil, after: cursor, atMost: count + 1)
        }
        let first = statuses.prefix(count)
        return AssetList(
            assets: first.map(AssetView.init),
            next: statuses.count > count ? first.last?.asset.id : nil
        )
    }

    func asset(_ id: AssetID) async throws -> AssetAnswer {
        let status = try await status(of: id)
        let list = try await moments(of: status.asset, after: nil, atMost: limits.momentCount)
        return AssetAnswer(
            asset: AssetView(status),
            facts: status.asset.facts,
            moments: list.moments,
            momentCount: list.momentCount,
            next: list.next,
            outputs: try await outputs(of: status.asset).map { OutputView($0, of: id) }
        )
    }

    /// What was found in an asset after a place in it, by start; nothing before the first publication.
    func moments(of id: AssetID, after cursor: MomentCursor?, atMost count: Int) async throws -> MomentList {
        try await moments(of: try await status(of: id).asset, after: cursor, atMost: count)
    }

    /// What an asset repeats, exact copies first.
    func duplicates(of id: AssetID) async throws -> DuplicatesAnswer {
        let asset = try await status(of: id).asset
        let pairs = try await within(limits.catalogTimeout) { [catalog, tenant, limits] in
            try await catalog.duplicates(of: asset.id, of: tenant, atMost: limits.duplicateCount)
        }
        return DuplicatesAnswer(asset: asset.id, duplicates: pairs)
    }

    /// What is said, by start; nothing before the first publication.
    func speech(in id: AssetID) async throws -> [Moment] {
        let asset = try await status(of: id).asset
        return try await within(limits.catalogTimeout) { [catalog, tenant] in
            let shown = try await shown(asset)
            guard let generation = shown.publishedGeneration else { return [] }
            return try await catalog.moments(of: shown.id, generation: generation, kinds: [.speech], of: tenant).map(
                \.moment
            )
        }
    }

    /// Whether the catalog answers.
    ///
    /// - Throws: a problem, where it does not.
    func checkHealth() async throws {
        _ = try await within(limits.healthTimeout) { [catalog, tenant] in
            try await catalog.statuses(of: tenant, ids: nil, atMost: 1)
        }
    }

    func status(of id: AssetID) async throws -> AssetStatus {
        let statuses = try await within(limits.catalogTimeout) { [catalog, tenant] in
            try await catalog.statuses(of: tenant, ids: [id], atMost: 1)
        }
        guard let status = statuses.first else { throw Problem.notFound("there is no asset \(id)") }
        return status
    }

    private func moments(of asset: Asset, after cursor: MomentCursor?, atMost count: Int) async throws -> MomentList {
        let page: MomentPage = try await within(limits.catalogTimeout) { [catalog, tenant] in
            let shown = try await shown(asset)
            guard let generation = shown.publishedGeneration else { return MomentPage(moments: [], count: 0) }
            return try await catalog.momentPage(
                of: shown.id,
                generation: generation,
                after: cursor,
                atMost: count + 1,
                of: tenant
            )
        }
        let first = page.moments.prefix(count)
        return MomentList(
            moments: first.map(\.moment),
            momentCount: page.count,
            next: page.moments.count > count ? first.last.map { MomentCursor($0).description } : nil
        )
    }

    /// A copy has no record of its own.
    func shown(_ asset: Asset) async throws -> Asset {
        guard let original = asset.copyOf else { return asset }
        return try await catalog.asset(original, of: tenant) ?? asset
    }

    /// The text as a vector; nil where no model answers in time, and then the search goes on without.
    private func meaning(of text: String) async -> (vector: [Float], model: ModelVersion)? {
        do {
            let answer = try await within(limits.embedTimeout) { [models] in try await models.embed([text]) }
            guard let vector = answer.output.first else { return nil }
            return (vector, answer.model)
        } catch {
            logger.warning("search without a model", metadata: ["error": "\(error)"])
            return nil
        }
    }
}
