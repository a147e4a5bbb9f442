import Pipeline

extension CatalogWorld {
    /// An asset of this name, with one speech moment per text, that people see.
    func published(
        as key: String,
        _ texts: [String] = [],
        digest: Digest = digest(),
        copyOf: AssetID? = nil
    ) async throws -> AssetID {
        let asset = Self.asset()
        let source = ObjectReference(bucket: "media", key: key, byteCount: 10, contentType: nil, digest: digest)
        try await register(
            AssetRegistration(
                asset: asset,
                generation: 1,
                source: source,
                sequencer: "0A",
                copyOf: copyOf,
                plan: try Self.plan("transcribe")
            )
        )
        let moments = texts.map { Moment(kind: .speech, endMilliseconds: 900, text: $0) }
        try await publish(asset, 1, of: "transcribe", [.moments(moments)])
        return asset
    }

    /// Answers to a question, by words and names, and where an axis is given by meaning.
    func search(_ text: String, axis: Int? = nil, in asset: AssetID? = nil) async throws -> [SearchHit] {
        try await catalog.search(
            SearchQuery(
                tenant: tenant,
                text: text,
                vector: axis.map { Self.vector($0) },
                model: axis.map { _ in Self.model },
                asset: asset
            )
        )
    }
}
