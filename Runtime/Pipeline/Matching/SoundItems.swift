/// A sound's fingerprint as the catalog keeps it: 32 bits for every step in time.
package struct SoundItems: Hashable, Codable, Sendable {
    package let items: [UInt32]
    /// From one item to the next.
    package let itemMilliseconds: Double

    package init(items: [UInt32], itemMilliseconds: Double) {
        self.items = items
        self.itemMilliseconds = itemMilliseconds
    }

    /// Items that an index holds, by their place: about one of four, chosen by what they are, so that copies choose the
    /// same ones. Of a run of equal ones the first; silence not at all.
    package var indexed: [(place: Int, term: Int32)] {
        var chosen: [(Int, Int32)] = []
        var last: Int32?
        for (place, item) in items.enumerated() {
            let term = Self.term(item)
            guard term != last, item != Self.silence, Self.isChosen(term) else { continue }
            chosen.append((place, term))
            last = term
        }
        return chosen
    }

    /// What Chromaprint's default algorithm says of silence.
    package static let silence: UInt32 = 627_964_279

    /// The lowest bits are those that a copy changes most.
    package static func term(_ item: UInt32) -> Int32 { Int32(bitPattern: item >> 4) }

    private static func isChosen(_ term: Int32) -> Bool {
        (UInt32(bitPattern: term) &* 2_654_435_761) >> 30 == 0
    }
}
