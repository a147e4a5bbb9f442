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
        let meaning = await meaning(of: request.text)
        let query = SearchQuery(
            tenant: tenant,
            text: request.text,
            vector: meaning?.vector,
            model: meaning?.model,
            asset: request.asset,
            limit: request.limit
        )
        let hits = try await within(limits.catalogTimeout) { [catalog] in try await catalog.search(query) }
        return SearchAnswer(query: request.text, byMeaning: meaning != nil, hits: hits)
    }

    func assets(atMost count: Int) async throws -> AssetList {
        let statuses = try await within(limits.catalogTimeout) { [catalog, tenant] in
            try await catalog.statuses(of: tenant, ids: nil, atMost: count)
        }
        return AssetList(assets: statuses.map(AssetView.init))
    }

    func asset(_ id: AssetID) async throws -> AssetAnswer {
        let status = try await status(of: id)
        let moments = try await moments(of: status.asset, kinds: Set(MomentKind.allCases))
        return AssetAnswer(
            asset: AssetView(status),
            facts: status.asset.facts,
            moments: Array(moments.prefix(limits.momentCount)),
            momentCount: moments.count,
            outputs: try await outputs(of: status.asset).map { OutputView($0, of: id) }
        )
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
        try await moments(of: try await status(of: id).asset, kinds: [.speech])
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

    /// What people see of an asset; nothing before its first publication.
    private func moments(of asset: Asset, kinds: Set<MomentKind>) async throws -> [Moment] {
        try await within(limits.catalogTimeout) { [catalog, tenant] in
            let shown = try await shown(asset)
            guard let generation = shown.publishedGeneration else { return [] }
            return try await catalog.moments(of: shown.id, generation: generation, kinds: kinds, of: tenant).map(
                \.moment
            )
        }
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
