import Cloud
import Foundation
import Pipeline
import Testing

/// The queues that must behave alike.
enum QueueKind: CaseIterable {
    case memory
    case ministack
    case moto
    case pubsub

    /// Those whose servers are installed; the contract's table says so where Pub/Sub's is not.
    static var allCases: [QueueKind] {
        [.memory, .ministack, .moto] + (ContractServer.pubsub.isInstalled ? [.pubsub] : [])
    }

    /// A new, empty queue.
    func make() async throws -> QueueUnderTest {
        switch self {
        case .memory:
            ContractRun.uses(.memory)
            let queue = MemoryQueue()
            return QueueUnderTest(queue: queue) { await queue.advance(by: $0) }
        case .ministack: return try await make(on: AWSServer.running(.ministack))
        case .moto: return try await make(on: AWSServer.running(.moto))
        case .pubsub:
            let queue = try await PubSubEmulator.running().queue()
            return QueueUnderTest(queue: queue) { try? await Task.sleep(for: $0) }
        }
    }

    private func make(on server: AWSServer) async throws -> QueueUnderTest {
        let administration = SQSAdministration(caller: server.sqs)
        let url = try await administration.create("contract-\(UUID().uuidString)", SQSQueueSettings())
        return QueueUnderTest(queue: SQSQueue(url: url, caller: server.sqs)) { try? await Task.sleep(for: $0) }
    }
}

extension QueueKind {
    /// Runs a property that depends on time, on a new queue; again with longer times where the machine was too slow
    /// for the outcome to mean anything.
    ///
    /// - Parameter property: gets the queue and how long a short lease is.
    /// - Throws: as the property does.
    func atItsPace(_ property: (QueueUnderTest, Duration) async throws -> Void) async throws {
        for seconds in [3, 6, 12, 24] {
            do { return try await property(make(), .seconds(seconds)) } catch is QueueUnderTest.TooSlow {}
        }
        Issue.record("the machine is too slow to tell")
    }
}

struct QueueUnderTest: Sendable {
    /// A call took longer than the lease that it was to happen in.
    struct TooSlow: Error {}

    let queue: any Queue
    let letTimePass: @Sendable (Duration) async -> Void

    /// Receives until `count` messages have come, or nothing more comes.
    func receive(_ count: Int, lease: Duration = .seconds(30)) async throws -> [Delivery] {
        var deliveries: [Delivery] = []
        while deliveries.count < count {
            let batch = try await queue.receive(atMost: min(10, count - deliveries.count), wait: .zero, lease: lease)
            guard !batch.isEmpty else { break }
            deliveries += batch
        }
        return deliveries
    }

    /// Calls within a lease that began no earlier than `start`.
    func within<Value>(
        _ lease: Duration,
        of start: ContinuousClock.Instant,
        _ call: () async throws -> Value
    ) async throws -> Value {
        let value = try await call()
        guard ContinuousClock.now < start + lease else { throw TooSlow() }
        return value
    }

    /// Lets a lease run out.
    func pass(_ lease: Duration) async { await letTimePass(lease + .milliseconds(500)) }

    func send(_ texts: String...) async throws {
        for result in await queue.send(texts.map { OutgoingMessage(body: Data($0.utf8)) }) { try result.get() }
    }
}
