internal import Logging
internal import Pipeline
internal import Synchronization

/// The messages of one call, as the queue that they came from.
///
/// What was acknowledged until ``close()`` is left out of the answer, and the service takes it off the queue; all else
/// comes again. A lease is the call's time: it can't be lengthened, and is lost once the answer goes out.
///
/// No actor: the answer must not wait for a thread while handlers keep all of them busy.
final class LambdaBatch: Queue {
    private struct State {
        var acknowledged: Set<Receipt> = []
        var isClosed = false
    }

    private let records: [Receipt: LambdaRecord]
    private let order: [LambdaRecord]
    private let own: any Queue
    private let source: @Sendable (_ arn: String) -> (any Queue)?
    private let deadline: LambdaDeadline
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - records: of the call.
    ///   - deadline: of the call.
    ///   - own: takes what the stage sends to itself.
    ///   - source: the real queue of an ARN, on which delays are set; nil where there is none to be had.
    ///   - logger: for delays that could not be set.
    init(
        _ records: [LambdaRecord],
        deadline: LambdaDeadline,
        own: any Queue,
        source: @escaping @Sendable (_ arn: String) -> (any Queue)?,
        logger: Logger
    ) {
        self.order = records
        self.records = Dictionary(records.map { ($0.receipt, $0) }) { first, _ in first }
        self.deadline = deadline
        self.own = own
        self.source = source
        self.logger = logger
    }

    /// Takes no more settlements.
    ///
    /// - Returns: ids of the messages that must come again.
    func close() -> [String] {
        let acknowledged = state.withLock { state in
            state.isClosed = true
            return state.acknowledged
        }
        return order.filter { !acknowledged.contains($0.receipt) }.map(\.id)
    }

    /// Nothing: Lambda has received already.
    func receive(atMost count: Int, wait: Duration, lease: Duration) -> [Delivery] { [] }

    func extend(_ receipts: [Receipt], lease: Duration) -> [Result<Void, Fault>] {
        state.withLock { state in
            receipts.map { isHeld($0, state) ? .success(()) : .failure(lost("lambda.extend")) }
        }
    }

    func acknowledge(_ receipts: [Receipt]) -> [Result<Void, Fault>] {
        state.withLock { state in
            receipts.map { receipt in
                guard isHeld(receipt, state) else { return .failure(lost("lambda.acknowledge")) }
                state.acknowledged.insert(receipt)
                return .success(())
            }
        }
    }

    /// Sets the delay on the real queue. Where that fails, messages come again when the queue's own visibility timeout
    /// has run out: later, but as well.
    func release(_ receipts: [Receipt], after delay: Duration) async -> [Result<Void, Fault>] {
        let held = state.withLock { state in receipts.filter { isHeld($0, state) } }
        for (arn, group) in Dictionary(grouping: held, by: { records[$0]?.sourceARN ?? "" }) {
            guard let queue = source(arn) else { continue }
            for case .failure(let fault) in await queue.release(group, after: delay) {
                logger.warning("a message's delay could not be set", metadata: ["fault": "\(fault)"])
            }
        }
        return receipts.map { records[$0] == nil ? .failure(lost("lambda.release")) : .success(()) }
    }

    func send(_ messages: [OutgoingMessage]) async -> [Result<Void, Fault>] { await own.send(messages) }

    private func isHeld(_ receipt: Receipt, _ state: State) -> Bool {
        !state.isClosed && records[receipt] != nil && ContinuousClock.now < deadline.answer
    }

    private func lost(_ operation: String) -> Fault { .reject(operation, "the call's time is over") }
}
