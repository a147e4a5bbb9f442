extension MemoryCatalog {
    /// Three rankings, fused as in PostgreSQL: published moments with all of the question's words and assets with all of
    /// them in their names, both in the order of their keys, and moments near its meaning.
    package func search(_ query: SearchQuery) -> [SearchHit] {
        let words = Set(query.terms.wanted.words)
        let nameWords = Set(query.terms.wanted.withoutUploadFolder.words)
        let candidates = candidates(for: query)
        let worded = candidates.indices.filter { candidates[$0].stored != nil && candidates[$0].holds(words) }
        let named = candidates.indices.filter { candidates[$0].stored == nil && candidates[$0].holds(nameWords) }
        let meant = candidates.indices.filter { candidates[$0].distance <= query.maximumDistance }
            .sorted { (candidates[$0].distance, $0) < (candidates[$1].distance, $1) }
        var scores: [Int: Double] = [:]
        for ranking in [worded, named, meant] {
            for (rank, index) in ranking.enumerated() { scores[index, default: 0] += 1 / Double(61 + rank) }
        }
        let best = scores.sorted {
            (-$0.value, candidates[$0.key].distance, $0.key) < (-$1.value, candidates[$1.key].distance, $1.key)
        }
        return best.prefix(query.limit).map { index, score in
            let found = candidates[index]
            let moment = found.stored?.moment ?? Moment(kind: .name)
            return SearchHit(
                asset: found.asset.id,
                name: found.asset.source.key,
                media: found.asset.facts?.kind,
                kind: moment.kind,
                startMilliseconds: moment.startMilliseconds,
                endMilliseconds: moment.endMilliseconds,
                page: moment.page,
                text: moment.text.marking(words),
                score: score,
                distance: found.distance <= query.maximumDistance ? found.distance : nil,
                copies: copies(of: found.asset.id, of: query.tenant, atMost: .max).map(\.id)
            )
        }
    }

    package func hasVectors(of model: ModelVersion, of tenant: Tenant) -> Bool {
        assets.contains { key, record in
            key.tenant == tenant
                && record.vectors.contains { run, found in
                    run.generation == record.asset.publishedGeneration && found.model == model && !found.vectors.isEmpty
                }
        }
    }

    /// The published moments and assets without an excluded term, in the order of their keys.
    private func candidates(for query: SearchQuery) -> [Candidate] {
        let wanted = query.asset.map { asset($0, of: query.tenant)?.copyOf ?? $0 }
        var candidates: [Candidate] = []
        for (key, record) in assets where key.tenant == query.tenant {
            guard let published = record.asset.publishedGeneration else { continue }
            if query.asset == nil || query.asset == key.asset { candidates.append(Candidate(asset: record.asset)) }
            guard wanted == nil || wanted == key.asset else { continue }
            let vectors = record.vectors
                .filter { $0.key.generation == published && $0.value.model == query.model }
                .flatMap(\.value.vectors)
            let kinds = Set(MomentKind.allCases)
            for stored in moments(of: key.asset, generation: published, kinds: kinds, of: key.tenant) {
                let distances = vectors.filter { $0.moment == stored.key }
                    .compactMap { vector in query.vector.map { Self.cosineDistance($0, vector.values) } }
                let distance = distances.min() ?? .infinity
                candidates.append(Candidate(asset: record.asset, stored: stored, distance: distance))
            }
        }
        let excluded = query.terms.excluded.map(\.words).filter { !$0.isEmpty }
        return candidates.filter { candidate in !excluded.contains { candidate.words.firstRange(of: $0) != nil } }
            .sorted { $0.place < $1.place }
    }

    /// 1 less the cosine; both vectors have length 1.
    private static func cosineDistance(_ left: [Float], _ right: [Float]) -> Double {
        1 - Double(zip(left, right).reduce(Float(0)) { $0 + $1.0 * $1.1 })
    }
}

/// A published moment, or an asset as a whole, and how far it is from the question.
private struct Candidate {
    let asset: Asset
    /// Nil where it is the asset as a whole.
    var stored: StoredMoment?
    /// Infinite where there is nothing to compare.
    var distance = Double.infinity

    var words: [String] { (stored?.moment.text ?? asset.source.key.withoutUploadFolder).words }

    /// Of an asset, the moments first.
    var place: (String, Int, String, String, Int) {
        guard let key = stored?.key else { return (asset.id.rawValue, 1, "", "", 0) }
        return (asset.id.rawValue, 0, key.run.stage.rawValue, key.run.part, key.ordinal)
    }

    func holds(_ wanted: Set<String>) -> Bool { !wanted.isEmpty && wanted.isSubset(of: words) }
}

extension String {
    fileprivate var words: [String] { lowercased().split { !$0.isWordPart }.map(String.init) }

    /// A key as people know it.
    fileprivate var withoutUploadFolder: String {
        KeyPrefix.anyUpload.first { hasPrefix($0) }.map { String(dropFirst($0.count)) } ?? self
    }

    /// The text with « and » around those of its words.
    fileprivate func marking(_ words: Set<String>) -> String {
        var marked = ""
        var rest = self[...]
        while let start = rest.firstIndex(where: \.isWordPart) {
            let end = rest[start...].firstIndex { !$0.isWordPart } ?? rest.endIndex
            let word = rest[start..<end]
            marked += rest[..<start]
            marked += words.contains(word.lowercased()) ? "«\(word)»" : String(word)
            rest = rest[end...]
        }
        return marked + rest
    }
}

extension Character {
    fileprivate var isWordPart: Bool { isLetter || isNumber }
}
