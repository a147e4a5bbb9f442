internal import Pipeline

/// One write of one object: whole where it is small, in parts where it is not.
struct S3Upload: Sendable {
    /// Writes to one key at the same time get in each other's way; each goes through in the end.
    private static let conflictAttempts = 5
    private static let backOff = BackOff(base: .milliseconds(100), cap: .seconds(5), floor: .milliseconds(20))

    let store: S3ObjectStore
    let key: String
    let contentType: String
    let mayOverwrite: Bool

    func run(_ source: any ByteSource, _ progress: (Int64) -> Void) async throws(Fault) -> PutOutcome {
        var attempt = 1
        while true {
            do throws(Fault) {
                try await isWhole(source) ? putWhole(source, progress) : S3MultipartUpload(self).run(source, progress)
                return .written
            } catch {
                if error.serviceError?.status == 412, !mayOverwrite { return .existed }
                let isConflict = error.serviceError?.isWriteConflict == true
                guard isConflict, attempt < Self.conflictAttempts, !Task.isCancelled else { throw error }
            }
            var random = SystemRandomNumberGenerator()
            try? await Task.sleep(for: Self.backOff.delay(afterAttempt: attempt, using: &random))
            attempt += 1
        }
    }

    /// What makes the write fail where there is an object.
    var condition: HTTPHeaders {
        let condition = store.bucket.store.dialect.absentCondition
        return mayOverwrite ? [:] : HTTPHeaders([condition])
    }

    /// Cloud Storage takes no condition for an upload in parts: what must not overwrite goes whole there.
    private func isWhole(_ source: any ByteSource) -> Bool {
        source.byteCount <= S3ObjectStore.partByteCount
            || (!mayOverwrite && store.bucket.store.dialect == .cloudStorage)
    }

    private func putWhole(_ source: any ByteSource, _ progress: (Int64) -> Void) async throws(Fault) {
        var headers = condition
        headers.append("Content-Type", contentType)
        var request = store.bucket.request(
            "PutObject",
            "PUT",
            key: key,
            headers: headers,
            body: try await read(source, at: 0, count: Int(source.byteCount)),
            timeout: S3ObjectStore.stall
        )
        _ = S3Checksum.add(to: &request, for: store.bucket.store)
        _ = try await store.client.call(request)
        progress(source.byteCount)
    }

    func read(_ source: any ByteSource, at offset: Int64, count: Int) async throws(Fault) -> [UInt8] {
        let bytes = try await source.read(at: offset, count: count)
        guard bytes.count == count else { throw .reject("s3.upload", "the source ended before its length") }
        return bytes
    }
}
