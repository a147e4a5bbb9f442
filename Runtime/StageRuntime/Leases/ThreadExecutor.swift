internal import Dispatch

/// Runs tasks on a thread of its own, so that they are served while handlers keep every other thread busy.
///
/// A task that prefers it stays on it through all that it calls, actors without an executor of their own included.
final class ThreadExecutor: TaskExecutor {
    let queue: DispatchQueue

    init(label: String) { queue = DispatchQueue(label: label, qos: .userInitiated) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }
}
