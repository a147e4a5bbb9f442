import Pipeline

/// Keeps the last blocks that were read, and always the first and the last of the file.
///
/// Containers jump between their ends (an MP4's index may stand behind its data) and between tracks: whole blocks make
/// few requests of many small reads.
final class BlockCache {
    static let blockByteCount = 1 << 20
    static let blockCount = 16

    let byteCount: Int64
    private let source: BlockingSource
    private var blocks: [Int64: [UInt8]] = [:]
    /// Indexes of the blocks held, the least recently used first.
    private var order: [Int64] = []

    init(_ source: any ByteSource) {
        self.source = BlockingSource(source: source)
        byteCount = source.byteCount
    }

    /// Copies bytes from `position` on: at least one, at most to the end of the block.
    ///
    /// - Returns: how many were copied; 0 at the end of the file.
    /// - Throws: what the source throws.
    func copy(from position: Int64, to target: UnsafeMutableRawBufferPointer) throws(Fault) -> Int {
        guard position >= 0, position < byteCount, target.count > 0 else { return 0 }
        let index = position / Int64(Self.blockByteCount)
        let start = Int(position % Int64(Self.blockByteCount))
        let block = try block(index)
        let count = min(target.count, block.count - start)
        block.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + count])) }
        return count
    }

    private func block(_ index: Int64) throws(Fault) -> [UInt8] {
        if let held = blocks[index] {
            if order.last != index {
                order.removeAll { $0 == index }
                order.append(index)
            }
            return held
        }
        let offset = index * Int64(Self.blockByteCount)
        let read = try source.read(at: offset, count: Int(min(Int64(Self.blockByteCount), byteCount - offset)))
        makeRoom()
        blocks[index] = read
        order.append(index)
        return read
    }

    private func makeRoom() {
        let last = (byteCount - 1) / Int64(Self.blockByteCount)
        guard blocks.count >= Self.blockCount, let place = order.firstIndex(where: { $0 != 0 && $0 != last }) else {
            return
        }
        blocks[order.remove(at: place)] = nil
    }
}
