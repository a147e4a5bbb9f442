/// Bounds of the search for what is near, the same in every catalog.
package enum MatchLimits {
    /// Bits in which hashes of pictures that look alike differ at most: PDQ's own recommendation.
    package static let distance = 31
    /// A fingerprint with less to be seen, of 100, is not searched for: PDQ's own recommendation.
    package static let quality = 50
    /// Fingerprints that one asset is searched by; of more, every second, third, ... is taken.
    package static let probeCount = 4096
    /// A piece of a hash that more fingerprints share says nothing about any of them, and is passed over.
    package static let postingCount = 1000
    /// Of a sound, items in a row that another shares at one offset, before it is looked at.
    package static let soundHitCount = 4
    package static let candidateCount = 50
}
