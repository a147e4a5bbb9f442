/// A reader's way through the file, as it shows in what is asked for: block after block, each larger than the last.
struct SequentialRun {
    /// Behind its last block.
    var next: Int64
    /// Size of its last block.
    var blockByteCount: Int
    /// Where an index ends that began in its first block; 0 where none did. It is wanted whole.
    var indexEnd: Int64 = 0
    /// When it was last read from, in requests.
    var turn: Int
    /// The block after the last one, where it was asked for already.
    var pending: PendingRead?

    /// Whether a read here goes on where the last block ended, or skips no more than a block.
    func continues(at position: Int64) -> Bool {
        position >= next && position - next < Int64(blockByteCount)
    }
}
