/// Cells of a picture's grid that stand out, and whether they stand together as text does.
struct TextCells {
    /// Cells beside each other, one gap allowed: a word.
    static let shortestRun = 3

    let columns: Int
    private(set) var isMarked: [Bool]

    init(columns: Int, lines: Int) {
        self.columns = columns
        isMarked = [Bool](repeating: false, count: columns * lines)
    }

    /// Marks the cells for which `condition` holds.
    init(like other: TextCells, where condition: (Int) -> Bool) {
        columns = other.columns
        isMarked = other.isMarked.indices.map(condition)
    }

    subscript(index: Int) -> Bool { isMarked[index] }

    var count: Int { isMarked.reduce(0) { $0 + ($1 ? 1 : 0) } }

    var isEmpty: Bool { !isMarked.contains(true) }

    /// The cells that are part of a run; lone ones are corners and grain.
    var runs: TextCells {
        var kept = self
        for start in stride(from: 0, to: isMarked.count, by: columns) {
            var first: Int?
            var last = start
            var length = 0
            func end() {
                if let first, length < Self.shortestRun {
                    for index in first...last { kept.isMarked[index] = false }
                }
                first = nil
                length = 0
            }
            for index in start..<min(start + columns, isMarked.count) where isMarked[index] {
                if first != nil, index - last > 2 { end() }
                if first == nil { first = index }
                last = index
                length += 1
            }
            end()
        }
        return kept
    }
}
