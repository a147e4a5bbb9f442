package import Pipeline

/// Joins what is read from one frame after the other: the same line in the same place is one line, however it was read.
package struct TextTracker {
    /// A line that is gone for no longer than this has not gone.
    private static let longestGapMilliseconds = 2000
    /// Of the smaller box: two lines in one place.
    private static let samePlace = 0.5
    /// Two readings of one line in one place.
    private static let sameText = 0.65
    /// Two readings of a line that moves, as in a crawl or in credits.
    private static let sameMovedText = 0.85
    /// Shorter texts are not followed from place to place.
    private static let shortestMovedText = 8

    private struct Candidate {
        var line: TextLine
        /// The confidences of all readings of this text.
        var votes: Double
    }

    private struct Line {
        let startMilliseconds: Int
        var endMilliseconds: Int
        var lastBox: Box
        /// By text without case, spaces and marks.
        var candidates: [String: Candidate]

        var best: (text: String, line: TextLine)? {
            let best = candidates.max { ($0.value.votes, $1.key) < ($1.value.votes, $0.key) }
            return best.map { ($0.key, $0.value.line) }
        }
    }

    private var open: [Line] = []
    private var ended: [TextTrack] = []

    package init() {}

    /// Takes what is read on a frame.
    ///
    /// - Parameters:
    ///   - lines: of the frame.
    ///   - start: since when they are there; never before that of the frame before.
    ///   - end: until when.
    package mutating func add(_ lines: [TextLine], from start: Int, to end: Int) {
        close { start - $0.endMilliseconds > Self.longestGapMilliseconds }
        var isTaken = [Bool](repeating: false, count: open.count)
        for line in lines {
            let key = Self.key(line.text)
            let scores = open.indices.map { isTaken[$0] ? 0 : Self.score(open[$0], line, key) }
            if let best = scores.indices.max(by: { scores[$0] < scores[$1] }), scores[best] > 0 {
                isTaken[best] = true
                open[best].endMilliseconds = max(open[best].endMilliseconds, end)
                open[best].lastBox = line.box
                Self.vote(for: line, key, in: &open[best].candidates)
            } else {
                var candidates: [String: Candidate] = [:]
                Self.vote(for: line, key, in: &candidates)
                open.append(
                    Line(startMilliseconds: start, endMilliseconds: end, lastBox: line.box, candidates: candidates)
                )
                isTaken.append(true)
            }
        }
    }

    /// Ends all lines.
    ///
    /// - Returns: every line, in the order of their starts, then from top to bottom.
    package mutating func finish() -> [TextTrack] {
        close { _ in true }
        return ended.sorted {
            ($0.startMilliseconds, $0.line.box.y, $0.line.box.x) < ($1.startMilliseconds, $1.line.box.y, $1.line.box.x)
        }
    }

    private mutating func close(where isOver: (Line) -> Bool) {
        for line in open where isOver(line) {
            guard let best = line.best else { continue }
            ended.append(
                TextTrack(
                    startMilliseconds: line.startMilliseconds,
                    endMilliseconds: line.endMilliseconds,
                    line: best.line
                )
            )
        }
        open.removeAll(where: isOver)
    }

    /// How well a reading goes on from a line; 0 where it does not.
    private static func score(_ known: Line, _ line: TextLine, _ key: String) -> Double {
        guard let best = known.best else { return 0 }
        let similarity = EditDistance.similarity(best.text, key)
        let smaller = min(known.lastBox.area, line.box.area)
        let overlap = smaller > 0 ? known.lastBox.intersection(line.box) / smaller : 0
        if overlap >= samePlace, similarity >= sameText { return similarity + overlap }
        let isLong = min(best.text.count, key.count) >= shortestMovedText
        return isLong && similarity >= sameMovedText ? similarity : 0
    }

    private static func vote(for line: TextLine, _ key: String, in candidates: inout [String: Candidate]) {
        guard let known = candidates[key] else {
            candidates[key] = Candidate(line: line, votes: line.confidence)
            return
        }
        candidates[key] = Candidate(
            line: line.confidence > known.line.confidence ? line : known.line,
            votes: known.votes + line.confidence
        )
    }

    private static func key(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
}
