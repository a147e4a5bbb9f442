/// What an asset is compared by, of one kind.
package enum Fingerprints: Hashable, Codable, Sendable {
    /// Of a picture: how it looks, and how it would look turned, mirrored or without its border.
    case picture([FrameFingerprint])
    /// Of a video, by time.
    case frames([FrameFingerprint])
    case sound(SoundItems)

    package var kind: FingerprintKind {
        switch self {
        case .picture: .picture
        case .frames: .frames
        case .sound: .sound
        }
    }

    package var isEmpty: Bool {
        switch self {
        case .picture(let prints), .frames(let prints): prints.isEmpty
        case .sound(let sound): sound.items.isEmpty
        }
    }

    package static func none(_ kind: FingerprintKind) -> Fingerprints {
        switch kind {
        case .picture: .picture([])
        case .frames: .frames([])
        case .sound: .sound(SoundItems(items: [], itemMilliseconds: 1))
        }
    }
}

/// Kinds of fingerprints; only those of one kind are compared: a video is not its thumbnail.
package enum FingerprintKind: String, Codable, CaseIterable, Sendable {
    case picture
    case frames
    case sound

    package var basis: MatchBasis { self == .sound ? .sound : .picture }
}
