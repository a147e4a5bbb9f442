import Pipeline

/// Lines that stand together on a picture.
struct TextBlock: Equatable {
    private(set) var lines: [TextLine]

    /// Heights of a line, upwards.
    private static let columnJump = -3.0

    /// Groups lines that follow each other, where the gap between two is less than the height of the upper one; one that
    /// stands far above the line before it begins another column.
    static func blocks(of lines: [TextLine]) -> [TextBlock] {
        var blocks: [TextBlock] = []
        for line in lines {
            let last = blocks.last?.lines.last?.box
            let gap = last.map { (line.box.y - $0.y - $0.height) / max($0.height, .ulpOfOne) }
            if let gap, gap < 1, gap > columnJump {
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

    func moment(from start: Int = 0, to end: Int = 0, page: Int? = nil) -> Moment {
        let words = lines.flatMap(\.words).map { word in
            TimedWord(
                text: word.text,
                startMilliseconds: start,
                endMilliseconds: end,
                confidence: word.confidence,
                box: word.box
            )
        }
        return Moment(
            kind: .text,
            startMilliseconds: start,
            endMilliseconds: end,
            text: lines.map(\.text).joined(separator: "\n"),
            words: words,
            box: lines.dropFirst().reduce(lines.first?.box) { $0?.union($1.box) },
            page: page,
            confidence: lines.map(\.confidence).reduce(0, +) / Double(max(lines.count, 1))
        )
    }
}
