import Dispatch
import Pipeline
import Synchronization

/// A byte source for a thread that waits: libav's callbacks can't suspend.
struct BlockingSource: Sendable {
    /// How often a waiting thread looks whether its task was cancelled.
    private static let cancellationCheck = DispatchTimeInterval.milliseconds(50)

    let source: any ByteSource

    /// Reads a range while the calling thread waits. Never call it on the cooperative pool.
    ///
    /// - Returns: exactly `count` bytes.
    /// - Throws: what the source throws; retry, where it gave fewer bytes or the task was cancelled.
    func read(at offset: Int64, count: Int) throws(Fault) -> [UInt8] {
        let arrival = Arrival()
        let task = Task.detached { [source] in
            do throws(Fault) {
                arrival.set(.success(try await source.read(at: offset, count: count)))
            } catch {
                arrival.set(.failure(error))
            }
        }
        while arrival.signal.wait(timeout: .now() + Self.cancellationCheck) == .timedOut {
            guard Task.isCancelled else { continue }
            task.cancel()
            throw .retry("media.read", underlying: CancellationError())
        }
        let bytes = try arrival.result().get()
        guard bytes.count == count else {
            throw .retry("media.read", underlying: ShortRead(offset, count, bytes.count))
        }
        return bytes
    }
}

/// Where the reading task leaves its result for the waiting thread.
private final class Arrival: Sendable {
    let signal = DispatchSemaphore(value: 0)
    private let value = Mutex<Result<[UInt8], Fault>?>(nil)

    func set(_ result: Result<[UInt8], Fault>) {
        value.withLock { $0 = result }
        signal.signal()
    }

    func result() -> Result<[UInt8], Fault> {
        value.withLock { $0 } ?? .failure(.retry("media.read"))
    }
}

/// The source gave fewer bytes than it has said it holds.
private struct ShortRead: Error, CustomStringConvertible {
    let description: String

    init(_ offset: Int64, _ wanted: Int, _ got: Int) {
        description = "\(got) of \(wanted) bytes at \(offset)"
    }
}
