import Pipeline
import StageRuntime

/// The stages' queues: whether they are there, and what waits in them.
struct QueueCheck {
    let session: Session
    let topology: Topology

    func findings() async -> [Finding] {
        var missing: [String] = []
        var letters: [String] = []
        var waiting: [String] = []
        do {
            for stage in topology.stages.map(\.name) {
                for lane in Lane.allCases {
                    let name = session.settings.queueName(stage, lane)
                    let count = try await depth(of: name, &missing) ?? 0
                    if count > 0 { waiting.append("\(count) in \(name)") }
                }
                let name = session.settings.deadLetterQueueName(stage)
                let count = try await depth(of: name, &missing) ?? 0
                if count > 0 { letters.append("\(count) of \(stage)") }
            }
        } catch {
            let remedy = "AWS_REGION, AWS_ENDPOINT_URL_SQS and the credentials say where they are and who asks"
            return [.bad("queues", "they can't be asked: \(error)", remedy: remedy)]
        }
        guard missing.isEmpty else {
            let remedy = "is MEDIA_QUEUE_PREFIX right? infra/aws and infra/gcp make them, on one machine `media up`"
            return [.bad("queues", "there is no \(missing.joined(separator: ", "))", remedy: remedy)]
        }
        let what = waiting.isEmpty ? "nothing waits" : waiting.joined(separator: ", ")
        var findings = [Finding.good("queues", "\(topology.stages.count) stages have theirs; \(what)")]
        if !letters.isEmpty {
            let remedy = "`media dlq` says why; `media dlq redrive` sends them back when that is mended"
            findings.append(.doubtful("dead letters", letters.joined(separator: ", "), remedy: remedy))
        }
        return findings
    }

    /// How many messages wait in a queue; nil where the service does not tell, or where the queue is missing.
    private func depth(of name: String, _ missing: inout [String]) async throws -> Int? {
        guard let queue = try await session.wiring.queues.find(name) else {
            missing.append(name)
            return nil
        }
        return try await queue.depth()
    }
}
