import Dispatch

/// Runs one actor's jobs on a thread that may block, outside of the cooperative pool.
final class DecodeExecutor: SerialExecutor {
    // A serial queue of its own takes an extra thread where the others are busy, so readers never wait for each other.
    private let queue = DispatchQueue(label: "media.decode")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
