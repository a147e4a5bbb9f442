/// A JPEG's frame header (ITU-T T.81, B.2.2).
struct JPEGFrame {
    struct Component {
        let identifier: Int
        let columns: Int
        let rows: Int
        let quantizer: Int
    }

    let isProgressive: Bool
    let width: Int
    let height: Int
    /// One, brightness alone, or three; the first is brightness and has the most blocks.
    let components: [Component]

    /// Reads the segment; nil where the picture is of a kind that is not read here.
    init?(_ segment: JPEGBytes, isProgressive: Bool) {
        var segment = segment
        guard segment.byte() == 8, let height = segment.short(), let width = segment.short(),
            let count = segment.byte(), height > 0, width > 0, count == 1 || count == 3
        else { return nil }
        var components: [Component] = []
        for _ in 0..<count {
            guard let identifier = segment.byte(), let factors = segment.byte(), let quantizer = segment.byte(),
                (1...4).contains(factors >> 4), (1...4).contains(factors & 15), quantizer < 4
            else { return nil }
            // A component alone has one block after the other, whatever its factors.
            let (columns, rows) = count == 1 ? (1, 1) : (factors >> 4, factors & 15)
            components.append(Component(identifier: identifier, columns: columns, rows: rows, quantizer: quantizer))
        }
        let luma = components[0]
        guard components.allSatisfy({ luma.columns % $0.columns == 0 && luma.rows % $0.rows == 0 }),
            components.reduce(0, { $0 + $1.columns * $1.rows }) <= 10,
            components.map(\.identifier) != Array("RGB".utf8).map(Int.init)
        else { return nil }
        self.isProgressive = isProgressive
        self.width = width
        self.height = height
        self.components = components
    }
}
