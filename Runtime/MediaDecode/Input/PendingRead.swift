import Dispatch
import Pipeline
import Synchronization

/// A range that is on its way; it is given up where nobody holds this any longer.
final class PendingRead: Sendable {
    /// How often a waiting thread looks whether its task was cancelled.
    private static let cancellationCheck = DispatchTimeInterval.milliseconds(50)

    let offset: Int64
    let count: Int
    private let arrival = Arrival()
    private let task: Task<Void, Never>

    init(_ source: any ByteSource, at offset: Int64, count: Int) {
        self.offset = offset
        self.count = count
        task = Task.detached { [arrival] in
            do throws(Fault) {
                arrival.set(.success(try await source.read(at: offset, count: count)))
            } catch {
                arrival.set(.failure(error))
            }
        }
    }

    deinit { task.cancel() }

    var end: Int64 { offset + Int64(count) }

    /// Waits for the bytes, once.
    ///
    /// - Returns: exactly `count` bytes.
    /// - Throws: what the source throws; retry, where it gave fewer bytes or the task was cancelled.
    func bytes() throws(Fault) -> [UInt8] {
        while arrival.signal.wait(timeout: .now() + Self.cancellationCheck) == .timedOut {
            guard Task.isCancelled else { continue }
            task.cancel()
            throw .retry("media.read", underlying: CancellationError())
        }
        let bytes = try arrival.take().get()
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

    func take() -> Result<[UInt8], Fault> {
        value.withLock { value in
            defer { value = nil }
            return value ?? .failure(.retry("media.read"))
        }
    }
}

/// The source gave fewer bytes than it has said it holds.
private struct ShortRead: Error, CustomStringConvertible {
    let description: String

    init(_ offset: Int64, _ wanted: Int, _ got: Int) {
        description = "\(got) of \(wanted) bytes at \(offset)"
    }
}
