import Cloud
import Foundation
import Pipeline
import StageRuntime

extension Session {
    private static let batchSize = 10

    /// A change of an object of the session's bucket, which is a run of its own.
    func change(_ action: ObjectChange.Action, of key: String, byteCount: Int64?) -> ObjectChange {
        ObjectChange(
            action: action,
            bucket: settings.bucket,
            key: key,
            byteCount: byteCount,
            entityTag: "operator-\(UUID().uuidString.lowercased())"
        )
    }

    /// Tells Ingest of changes as the object store does.
    ///
    /// - Throws: the queue's fault; those before the one that failed were sent.
    func tell(_ changes: [ObjectChange], by lane: Lane) async throws {
        let queue = queue(of: "ingest", lane)
        for start in stride(from: 0, to: changes.count, by: Self.batchSize) {
            let batch = changes[start..<min(start + Self.batchSize, changes.count)]
            let messages = try batch.map { OutgoingMessage(body: try ObjectNotification.body(of: $0)) }
            for result in await queue.send(messages) { try result.get() }
        }
    }
}
