internal import Pipeline

/// Settles deliveries of one subscription: in batches by the service's limits, with a result for each.
struct PubSubSettlement: Sendable {
    private static let batchCount = 2_500
    private static let batchByteCount = 480 << 10
    private static let attemptCount = 3
    private static let backOff = BackOff(base: .seconds(1), cap: .seconds(10), floor: .milliseconds(100))

    private typealias Call = @Sendable (_ ackIDs: [String]) async -> Fault?

    let subscription: String
    let caller: PubSubCaller

    func acknowledge(_ receipts: [Receipt]) async -> [Result<Void, Fault>] {
        await inBatches(receipts) { ackIDs in
            await fault("acknowledge", PubSubShape.Acknowledge(ackIds: ackIDs))
        }
    }

    func modifyDeadline(_ receipts: [Receipt], seconds: Int) async -> [Result<Void, Fault>] {
        await inBatches(receipts) { ackIDs in
            let input = PubSubShape.ModifyDeadline(ackIds: ackIDs, ackDeadlineSeconds: seconds)
            return await fault("modifyAckDeadline", input)
        }
    }

    private func fault(_ operation: String, _ input: any Encodable & Sendable) async -> Fault? {
        do throws(Fault) {
            let _: PubSubShape.Nothing = try await caller.call(operation, "POST", "\(subscription):\(operation)", input)
            return nil
        } catch {
            return error
        }
    }

    private func inBatches(_ receipts: [Receipt], _ call: Call) async -> [Result<Void, Fault>] {
        var results: [Result<Void, Fault>] = []
        var batch: [String] = []
        var byteCount = 0
        for receipt in receipts {
            let length = receipt.rawValue.utf8.count + 3
            if batch.count == Self.batchCount || byteCount + length > Self.batchByteCount {
                results += await settle(batch, call)
                batch = []
                byteCount = 0
            }
            batch.append(receipt.rawValue)
            byteCount += length
        }
        return results + (await settle(batch, call))
    }

    /// Settles a batch, and those that failed for a while again.
    private func settle(_ batch: [String], _ call: Call) async -> [Result<Void, Fault>] {
        var results = await settleOnce(batch, call)
        var attempt = 1
        while attempt < Self.attemptCount, !Task.isCancelled {
            let again = results.indices.filter { isTransient(results[$0], batch[$0]) }
            guard !again.isEmpty else { break }
            var random = SystemRandomNumberGenerator()
            await caller.pause(Self.backOff.delay(afterAttempt: attempt, using: &random))
            for (index, result) in zip(again, await settleOnce(again.map { batch[$0] }, call)) {
                results[index] = result
            }
            attempt += 1
        }
        return results
    }

    private func settleOnce(_ batch: [String], _ call: Call) async -> [Result<Void, Fault>] {
        guard !batch.isEmpty, let fault = await call(batch) else { return batch.map { _ in .success(()) } }
        if let failures = fault.googleError?.metadata, batch.contains(where: { failures[$0] != nil }) {
            return batch.map { result($0, failures[$0], fault) }
        }
        // A malformed id fails its whole batch without being named: halves find it.
        guard batch.count > 1, fault.googleError?.code == "INVALID_ARGUMENT" else {
            return batch.map { _ in .failure(fault) }
        }
        let middle = batch.count / 2
        let first = await settleOnce(Array(batch[..<middle]), call)
        return first + (await settleOnce(Array(batch[middle...]), call))
    }

    /// What the service says of one id: on an exactly-once subscription those that it does not name are settled.
    private func result(_ ackID: String, _ failure: String?, _ fault: Fault) -> Result<Void, Fault> {
        guard let failure else { return .success(()) }
        if failure.hasPrefix("TRANSIENT_") { return .failure(.retry(fault.operation, underlying: fault.underlying)) }
        return .failure(.reject(fault.operation, "the lease is lost (\(failure))", underlying: fault.underlying))
    }

    private func isTransient(_ result: Result<Void, Fault>, _ ackID: String) -> Bool {
        guard case .failure(let fault) = result else { return false }
        return fault.googleError?.metadata[ackID]?.hasPrefix("TRANSIENT_") == true
    }
}
