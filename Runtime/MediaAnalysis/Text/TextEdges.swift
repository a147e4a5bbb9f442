import MediaDecode

/// Where brightness jumps along the rows of a picture: strokes are two such jumps, one up and one down.
///
/// Every second row is looked at: no legible stroke is lower than that.
struct TextEdges {
    /// A grid's cell, in pixels: about a letter wide.
    static let cellWidth = 16
    /// A cell's height in rows that are looked at.
    static let cellRows = 8
    static let rowStep = 2
    /// Two pixels of brightness apart by so much, with one between them: less is hard to read.
    private static let jump: Int16 = 40
    /// Pixels from one edge of a stroke, or of the gap between two, to the other.
    private static let longestStroke = 24

    let width: Int
    let rows: Int
    /// Per pixel: 1 where it grows lighter, 2 where it grows darker, 0 elsewhere.
    private(set) var marks: [UInt8]

    var columns: Int { (width + Self.cellWidth - 1) / Self.cellWidth }
    var lines: Int { (rows + Self.cellRows - 1) / Self.cellRows }

    init(_ luma: LumaImage) {
        width = luma.width
        rows = luma.height / Self.rowStep
        let (width, rows) = (width, rows)
        marks = [UInt8](unsafeUninitializedCapacity: width * rows) { marks, count in
            luma.pixels.withUnsafeBufferPointer { pixels in
                for row in 0..<rows {
                    let from = UnsafeBufferPointer(
                        rebasing: pixels[row * Self.rowStep * width..<(row * Self.rowStep + 1) * width]
                    )
                    let into = UnsafeMutableBufferPointer(rebasing: marks[row * width..<(row + 1) * width])
                    Self.mark(from, into)
                }
            }
            count = width * rows
        }
    }

    private init(width: Int, rows: Int, marks: [UInt8]) {
        self.width = width
        self.rows = rows
        self.marks = marks
    }

    /// The marks that are in `other` too, at most a pixel aside.
    ///
    /// - Precondition: both are of one size.
    func persisting(in other: TextEdges) -> TextEdges {
        let count = marks.count
        let kept = [UInt8](unsafeUninitializedCapacity: count) { kept, initialized in
            marks.withUnsafeBufferPointer { here in
                other.marks.withUnsafeBufferPointer { there in
                    for index in 0..<count where index == 0 || index == count - 1 { kept[index] = 0 }
                    guard count > 2 else { return }
                    for index in 1..<count - 1 {
                        kept[index] = here[index] & (there[index - 1] | there[index] | there[index + 1])
                    }
                }
            }
            initialized = count
        }
        return TextEdges(width: width, rows: rows, marks: kept)
    }

    /// Pixels of a cell that are looked at; those at the right and below may be cut.
    func size(ofCell cell: Int) -> Int {
        let (column, row) = (cell % columns * Self.cellWidth, cell / columns * Self.cellRows)
        return min(Self.cellWidth, width - column) * min(Self.cellRows, rows - row)
    }

    /// Marks in every cell of the grid, row by row.
    func counts() -> [Int32] {
        var counts = [Int32](repeating: 0, count: columns * lines)
        visit { column, row, _ in counts[row / Self.cellRows * columns + column / Self.cellWidth] &+= 1 }
        return counts
    }

    /// Strokes and gaps between strokes in every cell of the grid, row by row.
    func strokes() -> [Int32] {
        var counts = [Int32](repeating: 0, count: columns * lines)
        var (lastRow, lastColumn, lastMark) = (-1, 0, UInt8(0))
        visit { column, row, mark in
            if row == lastRow, mark != lastMark, column - lastColumn <= Self.longestStroke {
                counts[row / Self.cellRows * columns + column / Self.cellWidth] &+= 1
            }
            (lastRow, lastColumn, lastMark) = (row, column, mark)
        }
        return counts
    }

    private func visit(_ body: (_ column: Int, _ row: Int, _ mark: UInt8) -> Void) {
        marks.withUnsafeBytes { bytes in
            for row in 0..<rows {
                let start = row * width
                var column = 0
                while column < width {
                    // Most of a picture has no marks: eight pixels are passed over at once.
                    if column + 8 <= width, bytes.loadUnaligned(fromByteOffset: start + column, as: UInt64.self) == 0 {
                        column += 8
                        continue
                    }
                    let end = min(column + 8, width)
                    for place in column..<end where bytes[start + place] != 0 { body(place, row, bytes[start + place]) }
                    column = end
                }
            }
        }
    }

    private static func mark(_ pixels: UnsafeBufferPointer<UInt8>, _ marks: UnsafeMutableBufferPointer<UInt8>) {
        let count = pixels.count
        guard count > 2 else {
            for index in 0..<count { marks[index] = 0 }
            return
        }
        marks[0] = 0
        marks[count - 1] = 0
        for index in 1..<count - 1 {
            let rise = Int16(pixels[index + 1]) &- Int16(pixels[index - 1])
            marks[index] = (rise >= jump ? 1 : 0) | (rise <= -jump ? 2 : 0)
        }
    }
}
