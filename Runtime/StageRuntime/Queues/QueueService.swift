package import Pipeline

/// Queues by their names, whichever service they are of.
package protocol QueueService: Sendable {
    /// A queue that is looked up when it is first used.
    func queue(_ name: String) -> any Queue

    /// Looks a queue up.
    ///
    /// - Returns: nil where there is none of that name.
    /// - Throws: the service's fault.
    func find(_ name: String) async throws(Fault) -> (any Queue)?

    /// Why a queue was not found, and what to do about it.
    func missing(_ name: String) -> Fault

    /// Makes a queue and the one for its dead letters; what is there already stays.
    ///
    /// - Parameters:
    ///   - name: of the queue.
    ///   - deadLetters: the name of the other.
    ///   - lease: how long a message is hidden that nobody has extended.
    /// - Throws: the service's fault.
    func create(_ name: String, deadLetters: String, lease: Duration) async throws(Fault)

    /// What a bucket's notification names on S3's protocol, so that its events reach a queue.
    ///
    /// - Returns: nil where the object store publishes its events itself, to the topic of that name.
    /// - Throws: the service's fault; reject, where there is no such queue.
    func notificationARN(of name: String) async throws(Fault) -> String?
}
