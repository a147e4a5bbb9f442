/// The blocks of an MCU in their order (ITU-T T.81, A.2), with the tables that they are read by.
final class JPEGPlan {
    /// Valid as long as the plan is held.
    private(set) var blocks: [JPEGBlock] = []
    private var tables: [JPEGCode: JPEGCodeTable] = [:]
    private var skips: [[JPEGCode]: JPEGSkipTable] = [:]

    /// Builds the tables; nil where the file has left one out.
    init?(_ header: JPEGHeader) {
        let isAlone = header.scan.parts.count == 1
        for part in header.scan.parts {
            guard let dcCode = header.dcCodes[part.dcTable] else { return nil }
            let dc = table(dcCode)
            let isLuma = part.component == 0
            let words = UnsafePointer(dc.words)
            var (ac, skip, whole): (UnsafePointer<UInt16>?, UnsafePointer<UInt16>?, UnsafePointer<UInt16>?)
            if !header.frame.isProgressive {
                guard let acCode = header.acCodes[part.acTable] else { return nil }
                ac = UnsafePointer(table(acCode).words)
                skip = UnsafePointer(self.skip([acCode]).entries)
                whole = isLuma ? nil : UnsafePointer(self.skip([dcCode, acCode]).entries)
            }
            let component = header.frame.components[part.component]
            for row in 0..<(isAlone ? 1 : component.rows) {
                for column in 0..<(isAlone ? 1 : component.columns) {
                    blocks.append(
                        JPEGBlock(
                            isLuma: isLuma,
                            column: column,
                            row: row,
                            dc: words,
                            ac: ac,
                            skip: skip,
                            whole: whole
                        )
                    )
                }
            }
        }
    }

    private func table(_ code: JPEGCode) -> JPEGCodeTable {
        if let table = tables[code] { return table }
        let table = JPEGCodeTable(code)
        tables[code] = table
        return table
    }

    /// The last code is that of the coefficients behind the first; before it comes that of the first, if it is passed.
    private func skip(_ codes: [JPEGCode]) -> JPEGSkipTable {
        if let skip = skips[codes] { return skip }
        let ac = table(codes[codes.count - 1])
        let skip = codes.count == 1 ? JPEGSkipTable(ac) : JPEGSkipTable(table(codes[0]), then: ac)
        skips[codes] = skip
        return skip
    }
}
