/// What two assets say of each other along one offset, moment by moment.
enum Agreement {
    case agrees
    case differs
    /// One of them shows nothing there: black, blank, silent.
    case unknown
}

/// Finds where agreement lasts.
enum Stretch {
    /// Disagreement that lasts longer ends a stretch.
    private static let longestGapMilliseconds = 4000
    /// Of the moments where both say something, so many agree.
    private static let leastAgreement = 0.6

    /// - Parameters:
    ///   - moments: one after another, at equal steps.
    ///   - step: in milliseconds.
    /// - Returns: ranges of indices that begin and end with agreement, in order; what is unknown does not part them.
    static func ranges(of moments: [Agreement], step: Double) -> [Range<Int>] {
        let longestGap = Int(Double(longestGapMilliseconds) / step)
        var ranges: [Range<Int>] = []
        var open: Range<Int>?
        var (differing, unknown) = (0, 0)
        for (index, moment) in moments.enumerated() {
            switch moment {
            case .agrees:
                open = (open?.lowerBound ?? index)..<index + 1
                (differing, unknown) = (0, 0)
            case .differs: differing += 1
            case .unknown: unknown += 1
            }
            if let range = open, differing > longestGap || unknown > 8 * longestGap {
                ranges.append(range)
                open = nil
            }
        }
        if let open { ranges.append(open) }
        return ranges.filter { range in
            let known = moments[range].filter { $0 != .unknown }
            return Double(known.count { $0 == .agrees }) >= leastAgreement * Double(known.count)
        }
    }
}
