import Pipeline

/// Lines that stand together on a picture.
struct TextBlock: Equatable {
    private(set) var lines: [TextLine]

    /// Groups lines, from top to bottom, where the gap between two is less than the height of the upper one.
    static func blocks(of lines: [TextLine]) -> [TextBlock] {
        var blocks: [TextBlock] = []
        for line in lines.sorted(by: { ($0.box.y, $0.box.x) < ($1.box.y, $1.box.x) }) {
            if let last = blocks.last?.lines.last, line.box.y - (last.box.y + last.box.height) < last.box.height {
                blocks[blocks.count - 1].lines.append(line)
            } else {
                blocks.append(TextBlock(lines: [line]))
            }
        }
        return blocks
    }

    /// Grain and edges of photographs are read as a letter or two; nobody looks for those.
    var isLikelyText: Bool {
        let words = lines.flatMap { $0.text.split { !$0.isLetter && !$0.isNumber } }
        return words.contains { $0.count >= 3 } || lines.contains { $0.confidence >= 0.9 && !words.isEmpty }
    }

    func moment(from start: Int, to end: Int) -> Moment {
        let left = lines.map(\.box.x).min() ?? 0
        let top = lines.map(\.box.y).min() ?? 0
        let right = lines.map { $0.box.x + $0.box.width }.max() ?? 0
        let bottom = lines.map { $0.box.y + $0.box.height }.max() ?? 0
        return Moment(
            kind: .text,
            startMilliseconds: start,
            endMilliseconds: end,
            text: lines.map(\.text).joined(separator: "\n"),
            box: Box(x: left, y: top, width: right - left, height: bottom - top),
            confidence: lines.map(\.confidence).reduce(0, +) / Double(max(lines.count, 1))
        )
    }
}
