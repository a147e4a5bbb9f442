package import Pipeline

/// Finds what two sounds share: equal items vote for an offset, and along it the bits are compared.
package struct SoundAligner {
    /// An item that stands in more places says little.
    private static let ballotCount = 16
    private static let leastVotes = 4.0
    private static let offsetCount = 12
    /// Items that are compared together: two seconds.
    private static let windowCount = 16
    /// Of 32 bits, those of unrelated sounds differ in about half.
    private static let agreeShare = 0.3
    /// A window of fewer different items is silence or a tone that stands.
    private static let leastDistinct = 4
    private static let itemBitCount = 32.0

    private let here: SoundItems
    private let there: SoundItems
    private let ballots: [(place: Int, others: [Int])]

    package init(_ here: SoundItems, _ there: SoundItems) {
        self.here = here
        self.there = there
        var places: [Int32: [Int]] = [:]
        for (place, item) in there.items.enumerated() where item != SoundItems.silence {
            places[SoundItems.term(item), default: []].append(place)
        }
        ballots = here.items.enumerated().compactMap { place, item in
            guard let others = places[SoundItems.term(item)], others.count <= Self.ballotCount else { return nil }
            return (place, others)
        }
    }

    /// What they share, by start, without overlap in the first sound.
    package func stretches() -> [SharedStretch] {
        var left = ballots
        var found: [SharedStretch] = []
        for _ in 0..<Self.offsetCount {
            guard let (shift, weight) = bestShift(left), weight >= Self.leastVotes else { break }
            let new = stretches(along: shift).filter { stretch in
                !found.contains { $0.segment.overlaps(stretch.segment) }
            }
            found += new
            left = left.filter { ballot in !ballot.others.contains { abs($0 - ballot.place - shift) <= 2 } }
        }
        return found.sorted { $0.segment.startMilliseconds < $1.segment.startMilliseconds }
    }

    /// Milliseconds in which something is heard that differs from moment to moment.
    package static func audible(_ sound: SoundItems) -> [Range<Int>] {
        let step = sound.itemMilliseconds
        let windows = stride(from: 0, to: sound.items.count, by: windowCount).map { start in
            (start, min(start + windowCount, sound.items.count))
        }
        return windows.filter { Set(sound.items[$0.0..<$0.1]).count >= leastDistinct }
            .map { Int(Double($0.0) * step)..<Int(Double($0.1) * step) }
    }

    private func bestShift(_ ballots: [(place: Int, others: [Int])]) -> (Int, Double)? {
        var votes: [Int: Double] = [:]
        for (place, others) in ballots {
            for other in others { votes[other - place, default: 0] += 1 / Double(others.count) }
        }
        let sums = votes.keys.map { shift in (shift, (-1...1).reduce(0) { $0 + (votes[shift + $1] ?? 0) }) }
        return sums.max { ($0.1, -$0.0) < ($1.1, -$1.0) }
    }

    private func stretches(along voted: Int) -> [SharedStretch] {
        let shift = (voted - 1...voted + 1).min { cost($0) < cost($1) } ?? voted
        let step = here.itemMilliseconds
        let places = here.items.indices.filter { there.items.indices.contains($0 + shift) }
        guard let first = places.first, let last = places.last else { return [] }
        let errors = (first...last).map { (here.items[$0] ^ there.items[$0 + shift]).nonzeroBitCount }
        let moments = errors.indices.map { agreement(errors, at: $0, from: first) }
        return Stretch.ranges(of: moments, step: step).map { range in
            let start = first + range.lowerBound
            let sum = errors[range].reduce(0, +)
            return SharedStretch(
                segment: AlignedSegment(
                    startMilliseconds: Int((Double(start) * step).rounded()),
                    otherStartMilliseconds: Int((Double(start + shift) * step).rounded()),
                    lengthMilliseconds: Int((Double(range.count) * step).rounded())
                ),
                distinctCount: Set(here.items[start..<start + range.count]).count,
                distance: Double(sum) / Double(range.count) / Self.itemBitCount
            )
        }
    }

    private func agreement(_ errors: [Int], at index: Int, from first: Int) -> Agreement {
        let window = max(0, index - Self.windowCount / 2)..<min(errors.count, index + Self.windowCount / 2)
        let items = here.items[first + window.lowerBound..<first + window.upperBound]
        guard Set(items).count >= Self.leastDistinct else { return .unknown }
        let share = Double(errors[window].reduce(0, +)) / Double(window.count) / Self.itemBitCount
        return share <= Self.agreeShare ? .agrees : .differs
    }

    /// How far what votes near this shift is apart.
    private func cost(_ shift: Int) -> Int {
        ballots.reduce(0) { sum, ballot in
            let other = ballot.place + shift
            guard there.items.indices.contains(other) else { return sum }
            return sum + min((here.items[ballot.place] ^ there.items[other]).nonzeroBitCount, 10)
        }
    }
}
