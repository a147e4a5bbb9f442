package import Pipeline

/// Compares the fingerprints of two assets.
package enum FingerprintMatcher {
    /// How far pictures may differ that are told to be one.
    private static let distance = MatchLimits.distance

    /// - Parameters:
    ///   - fingerprints: of the one.
    ///   - others: of the other, of the same kind.
    /// - Returns: nil where they share too little.
    package static func evidence(_ fingerprints: Fingerprints, _ others: Fingerprints) -> DuplicateEvidence? {
        switch (fingerprints, others) {
        case (.picture(let prints), .picture(let others)): evidence(pictures: prints, others)
        case (.frames(let prints), .frames(let others)): evidence(frames: prints, others)
        case (.sound(let sound), .sound(let other)): evidence(sound: sound, other)
        default: nil
        }
    }

    /// The nearest of the ways in which the one may lie to how the other lies.
    private static func evidence(
        pictures prints: [FrameFingerprint],
        _ others: [FrameFingerprint]
    ) -> DuplicateEvidence? {
        let upright = others.filter { $0.isIndexed && $0.isUseful }
        let distances = prints.filter(\.isUseful).flatMap { print in
            upright.map { print.hash.distance(to: $0.hash) }
        }
        guard let least = distances.min(), least <= distance else { return nil }
        let score = 1 - 2 * Double(least) / Double(PictureHash.bitCount)
        return DuplicateEvidence(by: .picture, relation: .transcode, score: score, coverage: 1, otherCoverage: 1)
    }

    private static func evidence(
        frames prints: [FrameFingerprint],
        _ others: [FrameFingerprint]
    ) -> DuplicateEvidence? {
        let content = { (prints: [FrameFingerprint]) in
            prints.filter { $0.isUseful && $0.endMilliseconds > $0.startMilliseconds }
                .map { $0.startMilliseconds..<$0.endMilliseconds }
        }
        let judge = DuplicateJudge(by: .picture, content: content(prints), otherContent: content(others))
        return judge.evidence(FrameAligner(prints, others).stretches())
    }

    private static func evidence(sound: SoundItems, _ other: SoundItems) -> DuplicateEvidence? {
        let judge = DuplicateJudge(
            by: .sound,
            content: SoundAligner.audible(sound),
            otherContent: SoundAligner.audible(other)
        )
        return judge.evidence(SoundAligner(sound, other).stretches())
    }
}
