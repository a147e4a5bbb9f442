package import MediaDecode

/// Finds the frames of a video that are worth reading: text has newly come and stands still, or some of it has gone.
///
/// Text is told by edges that stay where they are from one look to the next, up and down along a row as strokes are:
/// a title over a moving picture stays, the picture does not. Text that stands for less than about half a second is
/// passed over, as is what moves.
package struct TextGate<Frame> {
    /// How often a frame is looked at; others need no luma image.
    package static var periodMilliseconds: Int { 250 }
    /// The longer side of the luma image that tells text best, in pixels.
    package static var lumaSide: Int { 640 }
    /// Frames given out for one video; past them the gate stays shut.
    private static var frameLimit: Int { 4000 }
    /// Text that grows, as under a typewriter, is waited for this long.
    private static var longestGrowthMilliseconds: Int { 1500 }

    private struct Open {
        let startMilliseconds: Int
        let frame: Frame
        let cells: TextCells
        let edges: TextEdges
        let counts: [Int32]
    }

    private struct Pending {
        let sinceMilliseconds: Int
        var cellCount: Int
    }

    package private(set) var lookCount = 0
    private var givenCount = 0
    private var previous: (milliseconds: Int, edges: TextEdges)?
    private var open: Open?
    private var pending: Pending?

    package init() {}

    /// Whether the frame at this time is to be looked at.
    package func wants(_ milliseconds: Int) -> Bool {
        guard givenCount < Self.frameLimit else { return false }
        return previous.map { milliseconds - $0.milliseconds >= Self.periodMilliseconds } ?? true
    }

    /// Takes the next frame that is wanted.
    ///
    /// - Parameters:
    ///   - frame: is held while its text stands, one at a time.
    ///   - luma: of the frame.
    ///   - milliseconds: when it is shown.
    /// - Returns: the frame whose text has ended here.
    package mutating func add(_ frame: Frame, _ luma: LumaImage, at milliseconds: Int) -> TextFrame<Frame>? {
        lookCount += 1
        let edges = TextEdges(luma)
        defer { previous = (milliseconds, edges) }
        guard let previous, previous.edges.width == edges.width, previous.edges.rows == edges.rows else {
            pending = nil
            return finish(at: milliseconds)
        }
        let standing = edges.persisting(in: previous.edges)
        let text = Self.text(standing, of: edges)
        let (novel, lost) = changes(to: standing, edges, text)
        guard !novel.isEmpty || !lost.isEmpty else {
            pending = nil
            return nil
        }
        guard let waiting = pending else {
            // What stands now was there at the look before; what has gone, was not seen at this one.
            let since = lost.isEmpty ? previous.milliseconds : milliseconds
            pending = Pending(sinceMilliseconds: since, cellCount: novel.count)
            return nil
        }
        let isGrowing = novel.count * 5 > waiting.cellCount * 6
        if isGrowing, milliseconds - waiting.sinceMilliseconds < Self.longestGrowthMilliseconds {
            pending?.cellCount = novel.count
            return nil
        }
        let ended = finish(at: waiting.sinceMilliseconds)
        if !text.isEmpty {
            open = Open(
                startMilliseconds: waiting.sinceMilliseconds,
                frame: frame,
                cells: text,
                edges: standing,
                counts: standing.counts()
            )
        }
        return ended
    }

    /// Ends the text that stands.
    ///
    /// - Returns: its frame.
    package mutating func finish(at milliseconds: Int) -> TextFrame<Frame>? {
        pending = nil
        guard let ended = open.take(), givenCount < Self.frameLimit else { return nil }
        givenCount += 1
        return TextFrame(
            startMilliseconds: ended.startMilliseconds,
            endMilliseconds: max(milliseconds, ended.startMilliseconds),
            frame: ended.frame
        )
    }

    /// The cells where text has come since the open frame was taken, and those where its text is no more.
    private func changes(
        to standing: TextEdges,
        _ edges: TextEdges,
        _ text: TextCells
    ) -> (novel: TextCells, lost: TextCells) {
        guard let open else { return (text, TextCells(columns: edges.columns, lines: edges.lines)) }
        let counts = standing.counts()
        let known = standing.persisting(in: open.edges).counts()
        let novel = TextCells(like: text) { text[$0] && known[$0] * 2 < counts[$0] }
        let left = open.edges.persisting(in: edges).counts()
        let lost = TextCells(like: text) { open.cells[$0] && left[$0] * 5 < open.counts[$0] * 2 }
        return (novel.runs, lost.runs)
    }

    /// Cells with about as many strokes as letters have, most of whose edges stand.
    private static func text(_ standing: TextEdges, of edges: TextEdges) -> TextCells {
        let grid = TextCells(columns: edges.columns, lines: edges.lines)
        let (all, still, strokes) = (edges.counts(), standing.counts(), standing.strokes())
        return TextCells(like: grid) { cell in
            // Where marks are dense, many meet one of their kind by chance: grain.
            let size = edges.size(ofCell: cell)
            guard size * 2 >= TextEdges.cellWidth * TextEdges.cellRows else { return false }
            let isDense = Int(all[cell]) * 2 > size
            return strokes[cell] >= 5 && still[cell] * 10 >= all[cell] * (isDense ? 9 : 7)
        }.runs
    }
}
