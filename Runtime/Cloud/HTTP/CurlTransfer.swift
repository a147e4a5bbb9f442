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
        var headers = HTTPHeaders()
        var head: Head?
        var buffer: [UInt8] = []
        var isPaused = false
        /// Set once, when nothing more will come.
        var end: Result<Void, Fault>?
        var headWaiter: CheckedContinuation<HeadResult, Never>?
        var chunkWaiter: CheckedContinuation<ChunkResult, Never>?
    }

    /// What may wait for the reader; more makes the sender wait.
    static let bufferByteCount = 1 << 20

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

    /// Takes a header line. A line that begins a response drops what came before: interim responses.
    func take(headerLine line: String, status: Int) {
        let waiter: (CheckedContinuation<HeadResult, Never>, Head)? = state.withLock { state in
            guard state.head == nil else { return nil }
            if line.hasPrefix("HTTP/") {
                state.headers = HTTPHeaders()
            } else if let colon = line.firstIndex(of: ":") {
                let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
                state.headers.append(String(line[..<colon]), String(value))
            } else if line.isEmpty && status >= 200 {
                let head = Head(status: status, headers: state.headers)
                state.head = head
                return state.headWaiter.take().map { ($0, head) }
            }
            return nil
        }
        if let (continuation, head) = waiter { continuation.resume(returning: .success(head)) }
    }

    /// Takes bytes of the body, all or none.
    ///
    /// - Returns: whether there was room; where there was none, the transfer is paused.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard !bytes.isEmpty else { return true }
        let (hasRoom, waiter): (Bool, CheckedContinuation<ChunkResult, Never>?) = state.withLock { state in
            guard state.buffer.isEmpty || state.buffer.count + bytes.count <= Self.bufferByteCount else {
                state.isPaused = true
                return (false, nil)
            }
            guard let waiter = state.chunkWaiter.take() else {
                state.buffer.append(contentsOf: bytes)
                return (true, nil)
            }
            return (true, waiter)
        }
        waiter?.resume(returning: .success(Array(bytes)))
        return hasRoom
    }

    // MARK: Either side

    /// Ends the exchange; only the first end counts. Bytes that arrived before a good end can still be read.
    ///
    /// - Returns: whether this was the first.
    @discardableResult
    func end(_ result: Result<Void, Fault>) -> Bool {
        var headWaiter: CheckedContinuation<HeadResult, Never>?
        var chunkWaiter: CheckedContinuation<ChunkResult, Never>?
        let isFirst = state.withLock { state in
            guard state.end == nil else { return false }
            state.end = result
            headWaiter = state.headWaiter.take()
            chunkWaiter = state.chunkWaiter.take()
            return true
        }
        switch result {
        case .success:
            headWaiter?.resume(returning: .failure(.retry(request.operation)))
            chunkWaiter?.resume(returning: .success(nil))
        case .failure(let fault):
            headWaiter?.resume(returning: .failure(fault))
            chunkWaiter?.resume(returning: .failure(fault))
        }
        return isFirst
    }

    private static func takeAll(_ buffer: inout [UInt8]) -> [UInt8] {
        defer { buffer = [] }
        return buffer
    }
}
