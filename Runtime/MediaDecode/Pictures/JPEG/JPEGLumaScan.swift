/// Reads a scan's brightness at a reduced size, and passes over the rest.
struct JPEGLumaScan: ~Copyable {
    private let header: JPEGHeader
    private let plan: JPEGPlan
    private let reduction: JPEGReduction
    /// Blocks of brightness in an MCU.
    private let columns: Int
    private let rows: Int
    private var entropy: JPEGEntropy
    private var reader: JPEGBlockReader

    /// Begins; nil where a table is missing.
    init?(_ bytes: UnsafeBufferPointer<UInt8>, _ header: JPEGHeader, _ reduction: JPEGReduction) {
        guard let plan = JPEGPlan(header) else { return nil }
        self.header = header
        self.plan = plan
        self.reduction = reduction
        let luma = header.frame.components[0]
        let isAlone = header.scan.parts.count == 1
        columns = isAlone ? 1 : luma.columns
        rows = isAlone ? 1 : luma.rows
        entropy = JPEGEntropy(bytes, from: header.dataPosition)
        reader = JPEGBlockReader(header, reduction)
    }

    /// Reads all blocks.
    ///
    /// - Returns: whole blocks, some behind the picture's edge; nil where the data is damaged or cut short.
    mutating func image() -> LumaImage? {
        let (width, height) = (header.frame.width, header.frame.height)
        let mcuColumns = (width + 8 * columns - 1) / (8 * columns)
        let mcuRows = (height + 8 * rows - 1) / (8 * rows)
        let stride = mcuColumns * columns * reduction.side
        let rowCount = mcuRows * rows * reduction.side
        var isWhole = true
        let pixels = [UInt8](unsafeUninitializedCapacity: stride * rowCount) { pixels, count in
            pixels.initialize(repeating: 0)
            count = pixels.count
            guard let base = pixels.baseAddress else { return }
            plan.blocks.withUnsafeBufferPointer { blocks in
                var untilRestart = header.restartInterval
                for mcuRow in 0..<mcuRows {
                    for mcuColumn in 0..<mcuColumns {
                        if header.restartInterval > 0 {
                            if untilRestart == 0 {
                                isWhole = restart()
                                untilRestart = header.restartInterval
                            }
                            untilRestart -= 1
                        }
                        let corner = base + (mcuRow * rows * stride + mcuColumn * columns) * reduction.side
                        isWhole = isWhole && readUnit(blocks, corner, stride)
                        guard isWhole else { return }
                    }
                }
            }
        }
        guard isWhole, entropy.isWithinBits else { return nil }
        return LumaImage(width: stride, height: rowCount, pixels: pixels)
    }

    private mutating func restart() -> Bool {
        reader.mean = 0
        return entropy.isWithinBits && entropy.restart()
    }

    @inline(__always)
    private mutating func readUnit(
        _ blocks: UnsafeBufferPointer<JPEGBlock>,
        _ corner: UnsafeMutablePointer<UInt8>,
        _ stride: Int
    ) -> Bool {
        for index in 0..<blocks.count {
            guard entropy.hasBlock() else { return false }
            let block = blocks[index]
            let next: Int?
            if block.isLuma {
                let place = corner + (block.row * stride + block.column) * reduction.side
                next = reader.read(block, entropy.buffer, entropy.position, into: place, stride)
            } else {
                next = reader.pass(block, entropy.buffer, entropy.position)
            }
            guard let next else { return false }
            entropy.position = next
        }
        return true
    }
}
