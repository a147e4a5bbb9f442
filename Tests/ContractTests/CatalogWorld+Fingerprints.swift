import Pipeline

extension CatalogWorld {
    /// A hash of its own for every seed, about half of whose bits differ from any other's.
    static func hash(_ seed: UInt64) -> PictureHash {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        var words = SIMD4<UInt64>()
        for index in 0..<4 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            words[index] = word ^ (word >> 31)
        }
        return PictureHash(words: words)
    }

    static func frame(_ seed: UInt64, at milliseconds: Int = 0, quality: Int = 90) -> FrameFingerprint {
        FrameFingerprint(
            startMilliseconds: milliseconds,
            endMilliseconds: milliseconds + 500,
            hash: hash(seed),
            quality: quality,
            isIndexed: true
        )
    }

    static func frames(_ seeds: ClosedRange<UInt64>) -> Fingerprints {
        .frames(seeds.enumerated().map { frame($1, at: 500 * $0) })
    }

    static func sound(_ seeds: ClosedRange<UInt64>) -> Fingerprints {
        let items = seeds.map { UInt32(truncatingIfNeeded: hash($0).words[0]) }
        return .sound(SoundItems(items: items, itemMilliseconds: 123.8))
    }

    static func evidence(
        _ relation: DuplicateRelation = .transcode,
        by basis: MatchBasis = .picture,
        score: Double = 0.9
    ) -> DuplicateEvidence {
        DuplicateEvidence(
            by: basis,
            relation: relation,
            score: score,
            coverage: 0.9,
            otherCoverage: 0.5,
            segments: [AlignedSegment(startMilliseconds: 0, otherStartMilliseconds: 2000, lengthMilliseconds: 9000)]
        )
    }

    /// Runs of Match that a test may end one after another.
    static let matches = (0..<4).map { RunName("match", part: "\($0)") }

    /// An asset at work whose Scenes has left these.
    func fingerprinted(
        _ fingerprints: Fingerprints...,
        generation: Int = 1,
        asset: AssetID = asset(),
        digest: Digest = digest()
    ) async throws -> AssetID {
        let plan = try Plan(([RunName("scenes")] + Self.matches).map { PlannedRun($0) })
        try await register(registration(of: asset, generation: generation, digest: digest, plan: plan))
        try await commit(claim(run(asset, generation, "scenes")), fingerprints.map { .fingerprints($0) })
        return asset
    }

    func candidates(_ fingerprints: Fingerprints, of asset: AssetID = asset()) async throws -> [AssetID] {
        try await catalog.resembling(fingerprints, of: asset, of: tenant).map(\.asset)
    }

    /// Ends one of the asset's runs of Match with what it has found.
    func match(
        _ asset: AssetID,
        run number: Int = 0,
        generation: Int = 1,
        by basis: MatchBasis = .picture,
        _ found: [AssetID: DuplicateEvidence]
    ) async throws {
        let duplicates = found.map { NearDuplicate(other: $0, otherGeneration: 1, evidence: $1) }
        let claim = try await claim(run(asset, generation, Self.matches[number]))
        try await commit(claim, [.nearDuplicates(by: basis, duplicates)], completion: message("publish"))
    }

    func duplicates(of asset: AssetID? = nil) async throws -> [DuplicatePair] {
        try await catalog.duplicates(of: asset, of: tenant, atMost: 100)
    }
}

extension PictureHash {
    /// The hash with so many bits of it changed, one in each sixteenth, then two.
    func changed(_ count: Int) -> PictureHash {
        var words = words
        for change in 0..<count {
            let bit = change % 16 * 16 + change / 16
            words[bit / 64] ^= 1 << UInt64(bit % 64)
        }
        return PictureHash(words: words)
    }
}
