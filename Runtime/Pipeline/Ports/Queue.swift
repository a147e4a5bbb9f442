/// One message queue, at least once: a message may come twice, late, and in any order.
///
/// Batches go in and per-message results come out, in the order of the input; a call that fails as a whole gives its
/// fault to every message.
package protocol Queue: Sendable {
    /// How many attributes a message may have.
    var attributeCount: Int { get }

    /// Waits for messages.
    ///
    /// - Parameters:
    ///   - count: at most so many, from 1 to the service's limit (10 on SQS).
    ///   - wait: how long an empty queue is watched; whole seconds, at most 20 on SQS.
    ///   - lease: how long the messages are hidden from others.
    /// - Returns: what came, in no order; empty where nothing did in time.
    /// - Throws: retry or throttled, where the service did not answer or asked for less; reject, where the queue
    ///   does not exist or may not be read.
    func receive(atMost count: Int, wait: Duration, lease: Duration) async throws(Fault) -> [Delivery]

    /// Hides messages for `lease` from now. A lease that is lost gives a reject: it is not tried again.
    func extend(_ receipts: [Receipt], lease: Duration) async -> [Result<Void, Fault>]

    /// Takes messages off the queue for good.
    func acknowledge(_ receipts: [Receipt]) async -> [Result<Void, Fault>]

    /// Gives messages back; they come again after `delay`.
    func release(_ receipts: [Receipt], after delay: Duration) async -> [Result<Void, Fault>]

    func send(_ messages: [OutgoingMessage]) async -> [Result<Void, Fault>]

    /// How many messages wait to be received: neither leased nor delayed. Services call it approximate.
    ///
    /// - Returns: nil where the service does not say: Pub/Sub's is a metric of Cloud Monitoring.
    /// - Throws: retry or throttled, where the service did not answer or asked for less; reject, where the queue
    ///   does not exist or may not be asked.
    func depth() async throws(Fault) -> Int?

    /// How long the service lets one delivery be held, all extensions included: 12 h on SQS; nil where it does not care.
    var longestHold: Duration? { get }
}

extension Queue {
    package var longestHold: Duration? { nil }

    package func depth() async throws(Fault) -> Int? { nil }
}

extension Queue {
    /// Pub/Sub's limit.
    package var attributeCount: Int { 100 }
}

/// The right to settle one delivery of one message.
package struct Receipt: Name {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}
