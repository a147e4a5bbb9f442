import Cloud
import Foundation
import Pipeline
import Synchronization
import Testing

@testable import StageRuntime

@Suite struct HeartbeatTests {
    private let path = "\(NSTemporaryDirectory())/heartbeat-\(UUID().uuidString)"

    private func setAge(_ seconds: Double) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -seconds)],
            ofItemAtPath: path
        )
    }

    private func reason() throws -> String {
        let fault = #expect(throws: Fault.self) { try Heartbeat.check(["MEDIA_HEARTBEAT_FILE": path]) }
        return try #require(fault).description
    }

    @Test func aWorkerIsHealthyWhileItsFileIsYoung() throws {
        #expect(!Heartbeat.isFresh(path: path))
        #expect(try reason().contains("no worker has begun"))
        let heartbeat = try #require(try Heartbeat.named(in: ["MEDIA_HEARTBEAT_FILE": path]))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Heartbeat.check(["MEDIA_HEARTBEAT_FILE": path])
        try setAge(61)
        #expect(!Heartbeat.isFresh(path: path))
        #expect(Heartbeat.isFresh(path: path, within: .seconds(120)))
        #expect(try reason().contains("61 s ago"))
        withExtendedLifetime(heartbeat) {}
    }

    @Test func beatsAreWrittenAtMostEveryFiveSeconds() throws {
        let ticking = Ticking(.now)
        let heartbeat = try Heartbeat(path: path, now: { ticking.now })
        defer { try? FileManager.default.removeItem(atPath: path) }
        try setAge(100)
        ticking.advance(.seconds(4.9))
        heartbeat.beat()
        #expect(!Heartbeat.isFresh(path: path))
        ticking.advance(.seconds(0.1))
        heartbeat.beat()
        #expect(Heartbeat.isFresh(path: path))
        try setAge(100)
        heartbeat.beat()
        #expect(!Heartbeat.isFresh(path: path))
    }

    @Test func aFileThatCantBeWrittenIsAnErrorAtStart() throws {
        let fault = #expect(throws: Fault.self) {
            try Heartbeat.named(in: ["MEDIA_HEARTBEAT_FILE": "\(path)/none/file"])
        }
        #expect(try #require(fault).description.contains("MEDIA_HEARTBEAT_FILE"))
        #expect(try Heartbeat.named(in: [:]) == nil)
        #expect(throws: Fault.self) { try Heartbeat.check([:]) }
    }

    /// What is told of one lane by its last poll stands, whatever another one brings.
    @Test func nothingIsBeatenWhileALaneIsRefused() throws {
        let ticking = Ticking(.now)
        let heartbeat = try Heartbeat(path: path, now: { ticking.now })
        defer { try? FileManager.default.removeItem(atPath: path) }
        func isBeaten() throws -> Bool {
            try setAge(100)
            ticking.advance(.seconds(10))
            heartbeat.beat()
            return Heartbeat.isFresh(path: path)
        }
        heartbeat.polled(.bulk, .failure(.retry("sqs.ReceiveMessage")))
        #expect(try isBeaten())
        heartbeat.polled(.bulk, .failure(Self.refusal))
        #expect(try !isBeaten())
        heartbeat.polled(.interactive, .success([]))
        #expect(try !isBeaten())
        heartbeat.polled(.bulk, .failure(.retry("sqs.ReceiveMessage")))
        #expect(try !isBeaten())
        heartbeat.polled(.bulk, .success([]))
        #expect(try isBeaten())
    }

    /// A worker whose every beat is 10 s after the one before.
    private func worker(_ queue: RecordingQueue) throws -> Worker {
        let ticking = Ticking(.now)
        let heartbeat = try Heartbeat(path: path) {
            ticking.advance(.seconds(10))
            return ticking.now
        }
        let world = TestWorld(queue: queue).world()
        return Worker(stage: TestStage { _, _ in }, world: world, lanes: [.interactive], heartbeat: heartbeat)
    }

    @Test func aWorkerWhoseQueueRefusesItGoesOnPollingAndIsUnhealthyUntilItIsMended() async throws {
        let isRefused = Mutex(true)
        let queue = RecordingQueue { call throws(Fault) in
            guard case .receive = call else { return }
            if isRefused.withLock({ $0 }) { throw Self.refusal }
        }
        let worker = try worker(queue)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let work = Task { try await worker.run() }
        #expect(await eventually { queue.calls.count > 2 })
        try setAge(100)
        #expect(await eventually { queue.calls.count > 20 })
        #expect(try reason().contains("s ago"))
        isRefused.withLock { $0 = false }
        // A poll that brings nothing lasts: what it finds in the end is what counts.
        queue.add(try await TestWorld(queue: queue).deliveries(0..<1))
        #expect(await eventually { Heartbeat.isFresh(path: path) })
        work.cancel()
        _ = await work.result
    }

    @Test func aWorkerWhoseQueueDoesNotAnswerForAWhileIsHealthy() async throws {
        let queue = RecordingQueue { call throws(Fault) in
            if case .receive = call { throw .retry("sqs.ReceiveMessage") }
        }
        let worker = try worker(queue)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let work = Task { try await worker.run() }
        #expect(await eventually { queue.calls.count > 2 })
        try setAge(100)
        #expect(await eventually { Heartbeat.isFresh(path: path) })
        work.cancel()
        _ = await work.result
    }

    private static let refusal = Fault(
        operation: "sqs.ReceiveMessage",
        verdict: AWSServiceError(status: 400, code: "QueueDoesNotExist", message: "").verdict
    )

    @Test func theCommandLineAsksForIt() throws {
        #expect(try StageArguments(["--healthy"]) == .healthy)
        #expect(throws: Fault.self) { try StageArguments(["--healthy", "now"]) }
    }
}

private final class Ticking: Sendable {
    private let time: Mutex<ContinuousClock.Instant>

    init(_ now: ContinuousClock.Instant) { time = Mutex(now) }

    var now: ContinuousClock.Instant { time.withLock { $0 } }
    func advance(_ duration: Duration) { time.withLock { $0 += duration } }
}
