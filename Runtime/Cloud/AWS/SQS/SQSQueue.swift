internal import FoundationEssentials
package import Pipeline

/// A queue of SQS.
///
/// A delivery's attributes hold the sender's text attributes and, under ``Delivery/sentTimestamp``, when it was sent.
package struct SQSQueue: Queue {
    private static let batchCount = 10
    private static let batchByteCount = 1 << 20
    private static let waitSeconds = 0...20

    package static let attributeCount = 10

    package let url: String
    package var attributeCount: Int { Self.attributeCount }
    private let caller: SQSCaller

    package init(url: String, caller: SQSCaller) {
        self.url = url
        self.caller = caller
    }

    package func receive(atMost count: Int, wait: Duration, lease: Duration) async throws(Fault) -> [Delivery] {
        let waitSeconds = min(max(seconds(wait), Self.waitSeconds.lowerBound), Self.waitSeconds.upperBound)
        let input = SQSReceive.Input(
            queueURL: url,
            count: min(max(count, 1), Self.batchCount),
            waitSeconds: waitSeconds,
            visibilitySeconds: seconds(lease)
        )
        let output: SQSReceive.Output = try await caller.call("ReceiveMessage", input, wait: .seconds(waitSeconds))
        // One that was damaged on its way comes again when its lease ends.
        return (output.messages ?? []).filter(\.isIntact).map(delivery)
    }

    package func extend(_ receipts: [Receipt], lease: Duration) async -> [Result<Void, Fault>] {
        await changeVisibility(receipts, lease)
    }

    package func release(_ receipts: [Receipt], after delay: Duration) async -> [Result<Void, Fault>] {
        await changeVisibility(receipts, delay)
    }

    package func acknowledge(_ receipts: [Receipt]) async -> [Result<Void, Fault>] {
        await inBatches(receipts) { batch in
            let entries = batch.enumerated().map { SQSBatch.Delete(id: String($0), receipt: $1.rawValue) }
            return await call("DeleteMessageBatch", entries)
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
            guard let body = String(validating: message.body, as: UTF8.self) else {
                await flush()
                results.append(.failure(.reject("sqs.SendMessageBatch", "the message is not text")))
                continue
            }
            let attributes = message.attributes.mapValues { SQSAttribute($0) }
            let length = SQSBatch.Send.byteCount(body, attributes)
            if batch.count == Self.batchCount || byteCount + length > Self.batchByteCount { await flush() }
            batch.append(
                SQSBatch.Send(
                    id: String(batch.count),
                    body: body,
                    delaySeconds: seconds(message.delay),
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
            guard let digest = success.bodyDigest else { return true }
            return digest == Hexadecimal.encoded(MD5.digest(Array(batch[index].body.utf8)))
        }
    }

    private func changeVisibility(_ receipts: [Receipt], _ duration: Duration) async -> [Result<Void, Fault>] {
        await inBatches(receipts) { batch in
            let entries = batch.enumerated().map {
                SQSBatch.ChangeVisibility(
                    id: String($0),
                    receipt: $1.rawValue,
                    visibilitySeconds: seconds(duration)
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
        let output: SQSBatch.Output
        do throws(Fault) {
            output = try await caller.call(operation, SQSBatch.Input(queueURL: url, entries: entries))
        } catch {
            return entries.map { _ in .failure(error) }
        }
        let name = "sqs.\(operation)"
        // An entry that the answer leaves out may be tried again.
        var results = [Result<Void, Fault>](repeating: .failure(.retry(name)), count: entries.count)
        for success in output.successes ?? [] {
            guard let index = Int(success.id), results.indices.contains(index), isIntact(index, success) else {
                continue
            }
            results[index] = .success(())
        }
        for failure in output.failures ?? [] {
            guard let index = Int(failure.id), results.indices.contains(index) else { continue }
            let status = failure.isSenderFault == false ? 500 : 400
            let error = AWSServiceError(status: status, code: failure.code, message: failure.message ?? "")
            results[index] = .failure(Fault(operation: name, verdict: error.verdict, underlying: error))
        }
        return results
    }

    private func delivery(_ message: SQSReceive.Message) -> Delivery {
        var attributes = (message.attributes ?? [:]).compactMapValues(\.text)
        attributes[Delivery.sentTimestamp] = message.systemAttributes?[Delivery.sentTimestamp]
        return Delivery(
            messageID: message.id,
            receipt: Receipt(rawValue: message.receipt),
            body: Data(message.body.utf8),
            attributes: attributes,
            receiveCount: message.systemAttributes?["ApproximateReceiveCount"].flatMap { Int($0) } ?? 1
        )
    }

    /// Whole seconds, rounded up: a lease must not end early.
    private func seconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(seconds) + (attoseconds > 0 ? 1 : 0)
    }
}
