import Pipeline

/// A byte source for a thread that waits: libav's callbacks can't suspend.
struct BlockingSource: Sendable {
    let source: any ByteSource

    /// Reads a range while the calling thread waits. Never call it on the cooperative pool.
    ///
    /// - Returns: exactly `count` bytes.
    /// - Throws: what the source throws; retry, where it gave fewer bytes or the task was cancelled.
    func read(at offset: Int64, count: Int) throws(Fault) -> [UInt8] {
        try begin(at: offset, count: count).bytes()
    }

    /// Begins to read a range, and waits for nothing.
    func begin(at offset: Int64, count: Int) -> PendingRead { PendingRead(source, at: offset, count: count) }
}
