import Pipeline

/// Reads a file in few, large requests, and keeps what was read last; always its first and its last block.
///
/// Containers jump between their ends (an MP4's index may stand behind its data) and between tracks. Where reading goes
/// on in order, blocks grow from a few hundred kilobytes to some megabytes, and the next is fetched while libav works on
/// this one; the header alone is read in smaller steps, and nothing ahead of it.
final class BlockCache {
    /// Of all blocks, with those on their way.
    static let byteLimit = 16 << 20
    static let firstBlockByteCount = 256 << 10
    static let openingBlockByteCount = 2 << 20
    static let largestBlockByteCount = 4 << 20
    /// Where a jump goes so near to the end, all that is left comes at once.
    static let tailByteCount = 512 << 10
    private static let alignment: Int64 = 64 << 10
    private static let runCount = 4
    /// A run counts for the size of blocks as long as it was used within so many requests.
    private static let runTurns = 8

    let byteCount: Int64
    /// Whether the file's packets are read in order now, so that reading ahead pays.
    var isStreaming = false
    private let source: any ByteSource
    /// The least recently used first.
    private var blocks: [Block] = []
    private var runs: [SequentialRun] = []
    private var turn = 0

    private struct Block {
        let offset: Int64
        let bytes: [UInt8]
        var end: Int64 { offset + Int64(bytes.count) }

        func holds(_ position: Int64) -> Bool { offset <= position && position < end }
    }

    init(_ source: any ByteSource) {
        self.source = source
        byteCount = source.byteCount
    }

    /// Copies bytes from `position` on: at least one, at most to the end of the block.
    ///
    /// - Returns: how many were copied; 0 at the end of the file.
    /// - Throws: what the source throws.
    func copy(from position: Int64, to target: UnsafeMutableRawBufferPointer) throws(Fault) -> Int {
        guard position >= 0, position < byteCount, target.count > 0 else { return 0 }
        let block = try block(position)
        let start = Int(position - block.offset)
        let count = min(target.count, block.bytes.count - start)
        block.bytes.withUnsafeBytes {
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + count]))
        }
        return count
    }

    /// Reads a range, over blocks.
    ///
    /// - Returns: `count` bytes, fewer at the end of the file.
    /// - Throws: what the source throws.
    func bytes(at offset: Int64, count: Int) throws(Fault) -> [UInt8] {
        guard offset >= 0, offset < byteCount, count > 0 else { return [] }
        let end = offset + min(Int64(count), byteCount - offset)
        var read: [UInt8] = []
        read.reserveCapacity(Int(end - offset))
        while offset + Int64(read.count) < end {
            let position = offset + Int64(read.count)
            let block = try block(position)
            let start = Int(position - block.offset)
            read += block.bytes[start..<min(block.bytes.count, start + Int(end - position))]
        }
        return read
    }

    /// Whether a range can be read without asking the source; what is behind the file's end counts as held.
    func holds(_ range: Range<Int64>) -> Bool {
        var position = range.lowerBound
        while position < min(range.upperBound, byteCount) {
            guard let block = blocks.first(where: { $0.holds(position) }) else { return false }
            position = block.end
        }
        return true
    }

    private func block(_ position: Int64) throws(Fault) -> Block {
        if let index = blocks.lastIndex(where: { $0.holds(position) }) {
            if index != blocks.count - 1 { blocks.append(blocks.remove(at: index)) }
            return blocks[blocks.count - 1]
        }
        turn += 1
        let index = run(position)
        let range = range(position, runs[index])
        // Taken out first: what failed is asked for anew.
        let ahead = runs[index].pending
        runs[index].pending = nil
        let isAhead = ahead.map { $0.offset <= position && position < $0.end } ?? false
        let read: PendingRead
        if isAhead, let ahead {
            read = ahead
        } else {
            makeRoom(for: range.count)
            read = PendingRead(source, at: range.lowerBound, count: range.count)
        }
        let block = Block(offset: read.offset, bytes: try read.bytes())
        blocks.append(block)
        note(block, position, index)
        if isStreaming { readAhead(index) }
        return block
    }

    private func note(_ block: Block, _ position: Int64, _ index: Int) {
        let isJump = runs[index].blockByteCount == 0
        if isJump, !isStreaming {
            let end = MovieBoxes.indexEnd(in: block.bytes, from: Int(position - block.offset))
            runs[index].indexEnd = end.map { block.offset + $0 } ?? 0
        }
        // What was fetched for an index does not say how much more is wanted behind it.
        if isJump || runs[index].indexEnd <= runs[index].next {
            runs[index].blockByteCount = max(block.bytes.count, runs[index].blockByteCount)
        }
        runs[index].next = block.end
        runs[index].turn = turn
    }

    /// The run that a read belongs to; a new one, where it is a jump.
    private func run(_ position: Int64) -> Int {
        if let index = runs.firstIndex(where: { $0.continues(at: position) }) { return index }
        if runs.count == Self.runCount, let oldest = runs.indices.min(by: { runs[$0].turn < runs[$1].turn }) {
            runs.remove(at: oldest)
        }
        runs.append(SequentialRun(next: position, blockByteCount: 0, turn: turn))
        return runs.count - 1
    }

    /// What is asked for to have the byte at `position`: nothing that is held already.
    private func range(_ position: Int64, _ run: SequentialRun) -> Range<Int64> {
        let isJump = run.blockByteCount == 0
        var start = position
        if isJump {
            start -= position % Self.alignment
            start = max(min(start, byteCount - Self.alignment), 0)
        }
        for block in blocks where block.end <= position { start = max(start, block.end) }
        var end = start + Int64(isJump ? Self.firstBlockByteCount : nextByteCount(run))
        if isJump, byteCount - start <= Int64(Self.tailByteCount) { end = byteCount }
        return start..<clipped(max(end, position + 1), from: position)
    }

    /// An end that leaves out what is held, and leaves over no crumb at the end of the file.
    private func clipped(_ end: Int64, from position: Int64) -> Int64 {
        var end = byteCount - end < Self.alignment ? byteCount : end
        for block in blocks where block.offset > position { end = min(end, block.offset) }
        return end
    }

    private func nextByteCount(_ run: SequentialRun) -> Int {
        guard isStreaming else {
            let rest = run.indexEnd - run.next
            if rest > 0 { return Int(min(rest, Int64(Self.largestBlockByteCount))) }
            return min(run.blockByteCount + Self.firstBlockByteCount, Self.openingBlockByteCount)
        }
        let active = runs.count { $0.turn + Self.runTurns >= turn && $0.blockByteCount > Self.firstBlockByteCount }
        return min(run.blockByteCount * 2, Self.largestBlockByteCount / max(active, 1))
    }

    /// Asks for a run's next block, where there is room for it.
    private func readAhead(_ index: Int) {
        let run = runs[index]
        guard run.pending == nil, run.blockByteCount > Self.firstBlockByteCount, run.next < byteCount,
            !blocks.contains(where: { $0.holds(run.next) })
        else { return }
        let count = Int(clipped(run.next + Int64(nextByteCount(run)), from: run.next) - run.next)
        makeRoom(for: count)
        guard heldByteCount + count <= Self.byteLimit else { return }
        runs[index].pending = PendingRead(source, at: run.next, count: count)
    }

    private var heldByteCount: Int {
        blocks.reduce(0) { $0 + $1.bytes.count } + runs.reduce(0) { $0 + ($1.pending?.count ?? 0) }
    }

    /// Drops the blocks that were not used for longest; the newest is in use.
    private func makeRoom(for count: Int) {
        while heldByteCount + count > Self.byteLimit,
            let place = blocks.dropLast().firstIndex(where: { $0.offset != 0 && $0.end != byteCount })
        {
            blocks.remove(at: place)
        }
        // Blocks ahead of the others' reading go before the limit does.
        for index in runs.indices where heldByteCount + count > Self.byteLimit && runs[index].turn != turn {
            runs[index].pending = nil
        }
    }
}
