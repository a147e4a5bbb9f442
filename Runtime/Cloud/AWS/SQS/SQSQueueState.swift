/// How full a queue is; the service calls the numbers approximate.
package struct SQSQueueState: Sendable, Equatable {
    package let arn: String
    /// Messages that may be received now.
    package let visibleCount: Int
    /// Messages under a lease.
    package let inFlightCount: Int
    /// Messages whose delay has not run out.
    package let delayedCount: Int
}
