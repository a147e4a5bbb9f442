package import Pipeline

/// Finds what two videos share: near hashes vote for an offset, and along it the frames are compared one by one.
package struct FrameAligner {
    /// Fingerprints that vote, of each video.
    private static let voterCount = 4096
    /// Votes of one fingerprint; one that looks like many places says little.
    private static let ballotCount = 32
    private static let agreeDistance = MatchLimits.distance
    /// What moves fast differs more from one sample to the next, and so does what a logo was laid over. That much counts
    /// where it is nearer by a margin than what stands some seconds before and after: a camera that stands still sees
    /// much the same all day.
    private static let looseDistance = 52
    private static let looseMargin = 24
    private static let elsewhereMilliseconds = 3000.0
    /// Frames that differ in more bits are two.
    private static let distinctDistance = 24
    private static let stepMilliseconds = 250
    /// As much of a video is compared: as long as the longest that is decoded.
    private static let longestMilliseconds = 24 * 3_600_000.0
    /// Two samples a quarter of a second apart may straddle the same moment.
    private static let reachMilliseconds = 260.0
    private static let leastVotes = 2.5
    private static let offsetCount = 24
    /// The same frames at 24 or 25 in a second.
    private static let rates = [1, 25.0 / 24, 24.0 / 25]
    /// Another speed is believed where it gathers so many times more votes.
    private static let rateAdvantage = 1.5

    private let here: FrameTimeline
    private let there: FrameTimeline
    private let ballots: [Ballot]

    /// A fingerprint and those of the other video that look like it.
    private struct Ballot {
        let print: FrameFingerprint
        let starts: [Int]
    }

    package init(_ here: [FrameFingerprint], _ there: [FrameFingerprint]) {
        self.here = FrameTimeline(here)
        self.there = FrameTimeline(there)
        let others = self.there.useful(atMost: Self.voterCount)
        ballots = self.here.useful(atMost: Self.voterCount).compactMap { print in
            let near = others.filter { print.hash.distance(to: $0.hash) <= Self.agreeDistance }
            return near.isEmpty
                ? nil : Ballot(print: print, starts: near.prefix(Self.ballotCount).map(\.startMilliseconds))
        }
    }

    /// What they share, by start, without overlap in the first video.
    package func stretches() -> [SharedStretch] {
        var left = ballots
        let rate = bestRate()
        var found: [SharedStretch] = []
        for _ in 0..<Self.offsetCount {
            guard let votes = OffsetVotes(left.map { ($0.print.startMilliseconds, $0.starts) }, rate: rate),
                votes.weight >= Self.leastVotes
            else { break }
            let new = stretches(along: votes.offset, rate: rate).filter { stretch in
                !found.contains { $0.segment.overlaps(stretch.segment) }
            }
            found += new
            // Who has voted for this offset has been heard, whether it led to something or not.
            left = left.filter { ballot in
                let isWithin = new.contains { $0.segment.contains(ballot.print.startMilliseconds) }
                return !isWithin && !votes.supports(ballot.print.startMilliseconds, ballot.starts)
            }
        }
        return found.sorted { $0.segment.startMilliseconds < $1.segment.startMilliseconds }
    }

    private func bestRate() -> Double {
        let pairs = ballots.map { ($0.print.startMilliseconds, $0.starts) }
        let weights = Self.rates.map { OffsetVotes(pairs, rate: $0)?.weight ?? 0 }
        let best = weights.indices.max { weights[$0] < weights[$1] } ?? 0
        return weights[best] > Self.rateAdvantage * weights[0] ? Self.rates[best] : 1
    }

    private func stretches(along votes: Double, rate: Double) -> [SharedStretch] {
        let offset = refined(votes, rate: rate)
        // Behind the other one's end there is nothing to compare.
        let otherEnd = (Double(there.endMilliseconds) + Self.reachMilliseconds - offset) / rate
        let end = min(Double(here.endMilliseconds), otherEnd, Self.longestMilliseconds)
        let times = stride(from: 0, to: Int(end.rounded(.up)), by: Self.stepMilliseconds).map(\.self)
        let distances = times.map { distance(at: $0, offset, rate) }
        let moments = zip(times, distances).map { time, distance -> Agreement in
            guard let distance else { return .unknown }
            let agrees = distance <= Self.agreeDistance || isOfThisMoment(distance, time, offset, rate)
            return agrees ? .agrees : .differs
        }
        return Stretch.ranges(of: moments, step: Double(Self.stepMilliseconds)).map { range in
            let start = times[range.lowerBound]
            let agreeing = range.filter { moments[$0] == .agrees }
            let sum = agreeing.reduce(0) { $0 + (distances[$1] ?? 0) }
            let hashes = agreeing.compactMap { here.print(at: Double(times[$0]))?.hash }
            return SharedStretch(
                segment: AlignedSegment(
                    startMilliseconds: start,
                    otherStartMilliseconds: max(0, Int((Double(start) * rate + offset).rounded())),
                    lengthMilliseconds: range.count * Self.stepMilliseconds
                ),
                distinctCount: Self.distinctCount(hashes),
                distance: Double(sum) / Double(max(agreeing.count, 1)) / Double(PictureHash.bitCount)
            )
        }
    }

    private func distance(at milliseconds: Int, _ offset: Double, _ rate: Double) -> Int? {
        guard let print = here.print(at: Double(milliseconds)), print.isUseful else { return nil }
        let time = Double(milliseconds) * rate + offset
        return there.distance(from: print.hash, around: time, within: Self.reachMilliseconds)
    }

    private func isOfThisMoment(_ distance: Int, _ milliseconds: Int, _ offset: Double, _ rate: Double) -> Bool {
        guard distance <= Self.looseDistance else { return false }
        return [-Self.elsewhereMilliseconds, Self.elsewhereMilliseconds].allSatisfy { shift in
            let other = self.distance(at: milliseconds, offset + shift, rate)
            return other.map { $0 - distance >= Self.looseMargin } ?? true
        }
    }

    /// The offset near the voted one along which hashes differ least: both videos are sampled four times a second.
    private func refined(_ offset: Double, rate: Double) -> Double {
        let shifts = stride(from: -400.0, through: 400, by: 50).map(\.self)
        let times = ballots.map(\.print).thinned(to: 512)
        let costs = shifts.map { shift in
            times.reduce(0) { sum, print in
                // In the middle of the sample's own moment: what is as near there leads as far to either side.
                let middle = Double(print.startMilliseconds + print.endMilliseconds) / 2
                let time = middle * rate + offset + shift
                guard let other = there.print(at: time) else { return sum + Self.looseDistance }
                return sum + min(print.hash.distance(to: other.hash), Self.looseDistance)
            }
        }
        guard let least = costs.min() else { return offset }
        let best = shifts.indices.filter { costs[$0] == least }
        return offset + (shifts[best[0]] + shifts[best[best.count - 1]]) / 2
    }

    private static func distinctCount(_ hashes: [PictureHash]) -> Int {
        var distinct: [PictureHash] = []
        for hash in hashes where distinct.count < 64 {
            if !distinct.contains(where: { $0.distance(to: hash) <= distinctDistance }) { distinct.append(hash) }
        }
        return distinct.count
    }
}

extension AlignedSegment {
    var endMilliseconds: Int { startMilliseconds + lengthMilliseconds }

    func contains(_ milliseconds: Int) -> Bool { startMilliseconds <= milliseconds && milliseconds < endMilliseconds }

    /// Whether the two share more than a moment of the first asset.
    func overlaps(_ other: AlignedSegment) -> Bool {
        min(endMilliseconds, other.endMilliseconds) - max(startMilliseconds, other.startMilliseconds) > 500
    }
}
