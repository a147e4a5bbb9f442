internal import Glibc

/// A scan's coded bits, with the zeros taken out that a JPEG puts behind every 0xFF, up to the next marker.
///
/// They are held piece by piece in a buffer of fixed size. Behind the last come zeros, more than a block can take, so
/// that a block is read without looking for the end.
struct JPEGEntropy: ~Copyable {
    private static let capacity = 64 << 10
    /// More than the largest block: 64 words of 16 bits with values of 11, and what is read ahead.
    private static let blockByteCount = 256
    private static let reserveByteCount = 512

    /// The next bit, counted from the buffer's first.
    var position = 0
    let buffer: UnsafeMutablePointer<UInt8>
    private let source: UnsafeBufferPointer<UInt8>
    /// Where in the source the next piece begins.
    private var sourcePosition: Int
    private var count = 0
    private var isComplete = false
    /// As far as blocks may begin without another look.
    private var safePosition = 0

    init(_ source: UnsafeBufferPointer<UInt8>, from position: Int) {
        self.source = source
        sourcePosition = position
        buffer = .allocate(capacity: Self.capacity + Self.reserveByteCount)
        buffer.initialize(repeating: 0, count: Self.capacity + Self.reserveByteCount)
        refill()
    }

    deinit { buffer.deallocate() }

    /// Makes sure that a whole block can be read at `position`.
    ///
    /// - Returns: false where the bits have ended.
    @inline(__always)
    mutating func hasBlock() -> Bool { position < safePosition || refillBlock() }

    /// Whether no more was read than there was.
    var isWithinBits: Bool { position <= count * 8 }

    /// Goes on behind the next restart marker.
    ///
    /// - Returns: false where there is none here.
    mutating func restart() -> Bool {
        while !isComplete {
            position = count * 8
            refill()
        }
        var reader = JPEGBytes(source, from: sourcePosition, to: source.count)
        guard let marker = reader.marker(), (0xD0...0xD7).contains(marker) else { return false }
        sourcePosition = reader.position
        (position, count, isComplete) = (0, 0, false)
        refill()
        return true
    }

    private mutating func refillBlock() -> Bool {
        if !isComplete { refill() }
        return position < count * 8
    }

    /// Lets go of the bytes that were read, and takes more.
    private mutating func refill() {
        let readCount = min(position >> 3, count)
        if readCount > 0 {
            buffer.update(from: buffer + readCount, count: count - readCount)
            count -= readCount
            position -= readCount * 8
        }
        while count < Self.capacity, !isComplete { takeRun() }
        if isComplete {
            (buffer + count).update(repeating: 0, count: Self.reserveByteCount)
            safePosition = count * 8
        } else {
            safePosition = (count - Self.blockByteCount) * 8
        }
    }

    /// Copies up to the next 0xFF, and that too where it is data.
    private mutating func takeRun() {
        let rest = UnsafeBufferPointer(rebasing: source[sourcePosition...])
        let limit = min(rest.count, Self.capacity - count)
        guard limit > 0, let base = rest.baseAddress else {
            isComplete = true
            return
        }
        let runCount = memchr(base, 0xFF, limit).map { $0 - UnsafeMutableRawPointer(mutating: base) } ?? limit
        (buffer + count).update(from: base, count: runCount)
        count += runCount
        sourcePosition += runCount
        guard runCount < limit else { return }
        guard runCount + 1 < rest.count, rest[runCount + 1] == 0 else {
            isComplete = true
            return
        }
        buffer[count] = 0xFF
        count += 1
        sourcePosition += 2
    }
}
