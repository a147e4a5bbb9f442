internal import Pipeline
import Synchronization

/// One exchange: what the curl thread and the reader hand each other.
final class CurlTransfer: Sendable {
    struct Head: Sendable {
        let status: Int
        let headers: HTTPHeaders
    }

    typealias HeadResult = Result<Head, Fault>
    typealias ChunkResult = Result<[UInt8]?, Fault>

    private struct State {
        var head: Head?
        var buffer: [UInt8] = []
        var isPaused = false
        /// Set once, when nothing more will come.
        var end: Result<Void, Fault>?
        var headWaiter: CheckedContinuation<HeadResult, Never>?
        var chunkWaiter: CheckedContinuation<ChunkResult, Never>?

        /// What has come, for who waits for it.
        mutating func news() -> News {
            var news = News()
            if let head, let waiter = headWaiter.take() { news.head = (waiter, .success(head)) }
            if !buffer.isEmpty, let waiter = chunkWaiter.take() { news.chunk = (waiter, .success(takeAll(&buffer))) }
            return news
        }
    }

    /// Who is woken, and with what. Always outside the lock: to wake a task that is being cancelled waits for the
    /// handler of its cancellation, which takes the lock.
    private struct News {
        var head: (CheckedContinuation<HeadResult, Never>, HeadResult)?
        var chunk: (CheckedContinuation<ChunkResult, Never>, ChunkResult)?

        func tell() {
            if let (waiter, result) = head { waiter.resume(returning: result) }
            if let (waiter, result) = chunk { waiter.resume(returning: result) }
        }
    }

    /// What may wait for the reader; more makes the sender wait.
    static let bufferByteCount = 1 << 20
    /// A reader that waits for more is woken at once by so much.
    private static let chunkByteCount = 128 << 10

    let request: HTTPRequest
    private let state = Mutex(State())

    init(_ request: HTTPRequest) { self.request = request }

    func fault(_ error: any Error) -> Fault { .retry(request.operation, underlying: error) }

    // MARK: The reader's side

    /// Waits for the response's start.
    func head() async -> HeadResult {
        await withCheckedContinuation { continuation in
            let result: HeadResult? = state.withLock { state in
                if let head = state.head { return .success(head) }
                switch state.end {
                case .failure(let fault): return .failure(fault)
                case .success: return .failure(.retry(request.operation))
                case nil: state.headWaiter = continuation
                }
                return nil
            }
            if let result { continuation.resume(returning: result) }
        }
    }

    var hasEnded: Bool { state.withLock { $0.end != nil } }

    /// What ``next(resume:)`` would give without waiting; nil where it would wait, or where the sender does.
    func ready() -> ChunkResult? {
        state.withLock { state in
            if state.isPaused { return nil }
            if case .failure(let fault) = state.end { return .failure(fault) }
            if !state.buffer.isEmpty { return .success(Self.takeAll(&state.buffer)) }
            return state.end == nil ? nil : .success(nil)
        }
    }

    /// Waits for bytes; `resume` is called where the sender waits for room.
    func next(resume: () -> Void) async -> ChunkResult {
        await withCheckedContinuation { continuation in
            let (result, isPaused): (ChunkResult?, Bool) = state.withLock { state in
                let isPaused = state.isPaused
                state.isPaused = false
                if case .failure(let fault) = state.end { return (.failure(fault), false) }
                if !state.buffer.isEmpty { return (.success(Self.takeAll(&state.buffer)), isPaused) }
                if state.end != nil { return (.success(nil), false) }
                state.chunkWaiter = continuation
                return (nil, isPaused)
            }
            if isPaused { resume() }
            if let result { continuation.resume(returning: result) }
        }
    }

    // MARK: The curl thread's side

    /// Takes the response's head; ``tell()`` makes it known.
    func take(_ head: Head) { state.withLock { $0.head = head } }

    /// Takes bytes of the body, all or none; ``tell()`` makes them known, unless they are many.
    ///
    /// - Returns: whether there was room; where there was none, the transfer is paused.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard !bytes.isEmpty else { return true }
        let (hasRoom, isMuch) = state.withLock { state in
            guard state.buffer.isEmpty || state.buffer.count + bytes.count <= Self.bufferByteCount else {
                state.isPaused = true
                return (false, false)
            }
            state.buffer.append(contentsOf: bytes)
            return (true, state.buffer.count >= Self.chunkByteCount)
        }
        if isMuch { tell() }
        return hasRoom
    }

    /// Hands over what has come to who waits for it.
    func tell() { state.withLock { $0.news() }.tell() }

    // MARK: Either side

    /// Ends the exchange; only the first end counts. Bytes that arrived before a good end can still be read.
    ///
    /// - Returns: whether this was the first.
    @discardableResult
    func end(_ result: Result<Void, Fault>) -> Bool {
        let news: News? = state.withLock { state in
            guard state.end == nil else { return nil }
            state.end = result
            var news = state.news()
            if let waiter = state.headWaiter.take() {
                news.head = (waiter, result.flatMap { .failure(.retry(request.operation)) })
            }
            if let waiter = state.chunkWaiter.take() { news.chunk = (waiter, result.map { nil }) }
            return news
        }
        news?.tell()
        return news != nil
    }

    private static func takeAll(_ buffer: inout [UInt8]) -> [UInt8] {
        defer { buffer = [] }
        return buffer
    }
}
