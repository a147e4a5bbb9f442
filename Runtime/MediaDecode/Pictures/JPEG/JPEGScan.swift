/// A JPEG's scan header (ITU-T T.81, B.2.3).
struct JPEGScan {
    struct Part {
        /// Of the frame's components.
        let component: Int
        let dcTable: Int
        let acTable: Int
    }

    let parts: [Part]
    let firstCoefficient: Int
    let lastCoefficient: Int
    /// How many low bits an earlier scan has given, and how many a later one will give.
    let highBits: Int
    let lowBits: Int

    /// Reads the segment; nil where it is damaged.
    init?(_ segment: JPEGBytes, _ frame: JPEGFrame) {
        var segment = segment
        guard let count = segment.byte(), (1...frame.components.count).contains(count) else { return nil }
        var parts: [Part] = []
        for _ in 0..<count {
            guard let identifier = segment.byte(), let tables = segment.byte(),
                let component = frame.components.firstIndex(where: { $0.identifier == identifier }),
                !parts.contains(where: { $0.component == component }), tables >> 4 < 4, tables & 15 < 4
            else { return nil }
            parts.append(Part(component: component, dcTable: tables >> 4, acTable: tables & 15))
        }
        guard let first = segment.byte(), let last = segment.byte(), let bits = segment.byte(), first <= 63, last <= 63,
            bits & 15 <= 13
        else { return nil }
        self.parts = parts
        firstCoefficient = first
        lastCoefficient = last
        highBits = bits >> 4
        lowBits = bits & 15
    }

    /// Whether the scan begins to tell the blocks' means of brightness.
    var hasLumaMeans: Bool {
        parts.contains { $0.component == 0 } && firstCoefficient == 0 && highBits == 0
    }
}
