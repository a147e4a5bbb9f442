internal import Dispatch

/// Runs a task on a thread of its own, also where it goes on after a wait.
///
/// An actor's own executor is not enough: what waits for a continuation is woken on the shared threads first, and goes
/// to its actor from there, so that handlers which keep those busy hold it up.
final class ThreadTaskExecutor: TaskExecutor {
    let queue: DispatchQueue

    init(label: String) { queue = DispatchQueue(label: label, qos: .userInitiated) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = asUnownedTaskExecutor()
        queue.async { job.runSynchronously(on: executor) }
    }
}
