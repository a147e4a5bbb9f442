internal import FoundationEssentials
package import Pipeline

/// A queue of SQS.
///
/// A delivery's attributes hold the sender's text attributes, under ``Delivery/sentTimestamp`` when the message was sent, and
/// under ``traceHeader`` its trace, where it has one.
package struct SQSQueue: Queue {
    /// X-Ray's, where the sender or the service traces.
    package static let traceHeader = "AWSTraceHeader"

    private static let batchCount = 10
    private static let batchByteCount = 1 << 20
    private static let waitSeconds = 0...20
    /// From the first receive on; past it the service refuses an extension.
    static let longestHold: Duration = .seconds(12 * 3600)
    private static let delaySeconds = 0...900
    private static let leaseSeconds = 0...43_200

    package static let attributeCount = 10

    package let url: String
    package var attributeCount: Int { Self.attributeCount }
    let caller: SQSCaller

    package init(url: String, caller: SQSCaller) {
        self.url = url
        self.caller = caller
    }

    package var longestHold: Duration? { Self.longestHold }

    package func receive(atMost count: Int, wait: Duration, lease: Duration) async throws(Fault) -> [Delivery] {
        let waitSeconds = seconds(wait, Self.waitSeconds)
        let request = SQSReceive.request(
            queueURL: url,
            count: min(max(count, 1), Self.batchCount),
            waitSeconds: waitSeconds,
            visibilitySeconds: seconds(lease, Self.leaseSeconds)
        )
        let answer = try await caller.call("ReceiveMessage", json: request, wait: .seconds(waitSeconds))
        // One that was damaged on its way comes again when its lease ends.
        do { return try SQSReceive.messages(answer).filter(\.isIntact).map(\.delivery) } catch {
            throw .retry("sqs.ReceiveMessage", underlying: error)
        }
    }

    package func extend(_ receipts: [Receipt], lease: Duration) async -> [Result<Void, Fault>] {
        await changeVisibility(receipts, lease)
    }

    package func release(_ receipts: [Receipt], after delay: Duration) async -> [Result<Void, Fault>] {
        await changeVisibility(receipts, delay)
    }

    package func acknowledge(_ receipts: [Receipt]) async -> [Result<Void, Fault>] {
        await inBatches(receipts) { batch in
            await call("DeleteMessageBatch", batch.count, SQSBatch.deletion(queueURL: url, batch))
        }
    }

    package func send(_ messages: [OutgoingMessage]) async -> [Result<Void, Fault>] {
        var results: [Result<Void, Fault>] = []
        var batch: [SQSBatch.Send] = []
        var byteCount = 0

        func flush() async {
            results += await send(batch)
            batch = []
            byteCount = 0
        }

        for message in messages {
            guard let body = String(validating: message.body, as: UTF8.self),
                message.attributes.count <= Self.attributeCount
            else {
                await flush()
                let reason = "the message is not text, or has more than \(Self.attributeCount) attributes"
                results.append(.failure(.reject("sqs.SendMessageBatch", reason)))
                continue
            }
            let attributes = message.attributes.mapValues { SQSAttribute($0) }
            let length = SQSBatch.Send.byteCount(body, attributes)
            if batch.count == Self.batchCount || byteCount + length > Self.batchByteCount { await flush() }
            batch.append(
                SQSBatch.Send(
                    id: String(batch.count),
                    body: body,
                    delaySeconds: seconds(message.delay, Self.delaySeconds),
                    attributes: attributes
                )
            )
            byteCount += length
        }
        await flush()
        return results
    }

    private func send(_ batch: [SQSBatch.Send]) async -> [Result<Void, Fault>] {
        guard !batch.isEmpty else { return [] }
        return await call("SendMessageBatch", batch) { index, success in
            let message = batch[index]
            if let digest = success.bodyDigest,
                digest.lowercased() != Hexadecimal.encoded(MD5.digest(Array(message.body.utf8)))
            {
                return false
            }
            guard let digest = success.attributeDigest, !message.attributes.isEmpty else { return true }
            return digest == SQSAttribute.digest(message.attributes)
        }
    }

    private func changeVisibility(_ receipts: [Receipt], _ duration: Duration) async -> [Result<Void, Fault>] {
        await inBatches(receipts) { batch in
            let entries = batch.enumerated().map {
                SQSBatch.ChangeVisibility(
                    id: String($0),
                    receipt: $1.rawValue,
                    visibilitySeconds: seconds(duration, Self.leaseSeconds)
                )
            }
            return await call("ChangeMessageVisibilityBatch", entries)
        }
    }

    private func inBatches(
        _ receipts: [Receipt],
        _ body: (ArraySlice<Receipt>) async -> [Result<Void, Fault>]
    ) async -> [Result<Void, Fault>] {
        var results: [Result<Void, Fault>] = []
        for start in stride(from: 0, to: receipts.count, by: Self.batchCount) {
            results += await body(receipts[start..<min(start + Self.batchCount, receipts.count)])
        }
        return results
    }

    /// Calls a batch operation, and puts its answers into the order of the entries.
    private func call(
        _ operation: String,
        _ entries: [some Encodable],
        isIntact: (Int, SQSBatch.Success) -> Bool = { _, _ in true }
    ) async -> [Result<Void, Fault>] {
        guard let body = try? JSONEncoder().encode(SQSBatch.Input(queueURL: url, entries: entries)) else {
            return entries.map { _ in .failure(.reject("sqs.\(operation)", "the request can't be written as JSON")) }
        }
        return await call(operation, entries.count, [UInt8](body), isIntact: isIntact)
    }

    private func call(
        _ operation: String,
        _ count: Int,
        _ body: [UInt8],
        isIntact: (Int, SQSBatch.Success) -> Bool = { _, _ in true }
    ) async -> [Result<Void, Fault>] {
        let name = "sqs.\(operation)"
        let output: SQSBatch.Output
        do throws(Fault) {
            let answer = try await caller.call(operation, json: body)
            guard let read = try? SQSBatch.Output(answer) else { throw .retry(name) }
            output = read
        } catch {
            return (0..<count).map { _ in .failure(error) }
        }
        // An entry that the answer leaves out may be tried again.
        var results = [Result<Void, Fault>](repeating: .failure(.retry(name)), count: count)
        for success in output.successes {
            guard let index = Int(success.id), results.indices.contains(index), isIntact(index, success) else {
                continue
            }
            results[index] = .success(())
        }
        for failure in output.failures {
            guard let index = Int(failure.id), results.indices.contains(index) else { continue }
            let error = AWSServiceError(
                status: failure.isSenderFault ? 400 : 500,
                code: SQSErrorCode.modern(failure.code),
                message: failure.message
            )
            results[index] = .failure(Fault(operation: name, verdict: error.verdict, underlying: error))
        }
        return results
    }

    /// Whole seconds, rounded up, for a lease must not end early; within what the service takes.
    private func seconds(_ duration: Duration, _ limits: ClosedRange<Int>) -> Int {
        let (seconds, attoseconds) = duration.components
        return min(max(Int(seconds) + (attoseconds > 0 ? 1 : 0), limits.lowerBound), limits.upperBound)
    }
}
