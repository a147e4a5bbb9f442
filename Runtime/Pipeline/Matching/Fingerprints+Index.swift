extension Fingerprints {
    /// What others of the kind are searched by: of a video every sample, for those that are indexed may lie between those
    /// that the other's index has.
    package var probes: [PictureHash] {
        switch self {
        case .picture(let prints): Self.useful(prints)
        case .frames(let prints): Self.useful(prints).thinned(to: MatchLimits.probeCount)
        case .sound: []
        }
    }

    package var indexedHashes: [PictureHash] {
        switch self {
        case .picture(let prints), .frames(let prints):
            Self.useful(prints.filter(\.isIndexed))
        case .sound: []
        }
    }

    private static func useful(_ prints: [FrameFingerprint]) -> [PictureHash] {
        prints.filter { $0.quality >= MatchLimits.quality }.map(\.hash)
    }

    /// Whether others can be found by it.
    package var isIndexed: Bool {
        switch self {
        case .picture, .frames: !indexedHashes.isEmpty
        case .sound(let sound): !sound.indexed.isEmpty
        }
    }
}

extension Array {
    /// Every second, third, ... element, so that at most `count` are left.
    package func thinned(to count: Int) -> [Element] {
        let step = (self.count + count - 1) / Swift.max(count, 1)
        guard step > 1 else { return self }
        return stride(from: 0, to: self.count, by: step).map { self[$0] }
    }
}
