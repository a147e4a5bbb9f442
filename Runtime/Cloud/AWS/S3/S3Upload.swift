internal import Pipeline

/// One write of one object: whole where it is small, in parts where it is not.
struct S3Upload: Sendable {
    private static let partsInFlight = 4
    private static let partLimit: Int64 = 10_000
    /// Writes to one key at the same time get in each other's way; each goes through in the end.
    private static let conflictAttempts = 5
    private static let backOff = BackOff(base: .milliseconds(100), cap: .seconds(5), floor: .milliseconds(20))
    /// The store puts the parts together before it answers.
    private static let completion = HTTPTimeout.total(.seconds(300))

    let store: S3ObjectStore
    let key: String
    let contentType: String
    let mayOverwrite: Bool

    func run(_ source: any ByteSource, _ progress: (Int64) -> Void) async throws(Fault) -> PutOutcome {
        var attempt = 1
        while true {
            do throws(Fault) {
                let isSmall = source.byteCount <= S3ObjectStore.partByteCount
                return try await isSmall ? putWhole(source, progress) : putInParts(source, progress)
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

    private var condition: HTTPHeaders { mayOverwrite ? [:] : ["If-None-Match": "*"] }

    private func putWhole(_ source: any ByteSource, _ progress: (Int64) -> Void) async throws(Fault) -> PutOutcome {
        let bytes = try await read(source, at: 0, count: Int(source.byteCount))
        var headers = condition
        headers.append("Content-Type", contentType)
        let request = store.bucket.request(
            "PutObject",
            "PUT",
            key: key,
            headers: headers,
            body: bytes,
            timeout: S3ObjectStore.stall
        )
        _ = try await store.client.call(request)
        progress(source.byteCount)
        return .written
    }

    private func putInParts(_ source: any ByteSource, _ progress: (Int64) -> Void) async throws(Fault) -> PutOutcome {
        let id = try await create()
        do throws(Fault) {
            let tags = try await sendParts(id, source, progress)
            try await complete(id, tags)
            return .written
        } catch {
            // In a task of its own: the parts must go even where this one is cancelled.
            await Task { await abort(id) }.value
            throw error
        }
    }

    private func create() async throws(Fault) -> String {
        let request = store.bucket.request(
            "CreateMultipartUpload",
            "POST",
            key: key,
            query: [("uploads", "")],
            headers: ["Content-Type": contentType]
        )
        let response = try await store.client.call(request)
        guard let id = XMLDocument.root(response.body)?["UploadId"], !id.isEmpty else {
            throw .retry(request.operation, underlying: S3AnswerError(expected: "an upload id"))
        }
        return id
    }

    /// Reads the parts one after the other, and sends several at a time.
    ///
    /// - Returns: the parts' entity tags in their order.
    private func sendParts(
        _ id: String,
        _ source: any ByteSource,
        _ progress: (Int64) -> Void
    ) async throws(Fault) -> [String] {
        let partByteCount = Self.partByteCount(of: source.byteCount)
        let count = Int((source.byteCount + partByteCount - 1) / partByteCount)
        let result = await withTaskGroup(of: Result<SentPart, Fault>.self) { group -> Result<[String], Fault> in
            var tags = [String](repeating: "", count: count)
            var storedByteCount: Int64 = 0
            do throws(Fault) {
                for index in 0..<count + Self.partsInFlight {
                    if index >= Self.partsInFlight, let part = try await group.next()?.get() {
                        tags[part.index] = part.entityTag
                        storedByteCount += Int64(part.byteCount)
                        progress(storedByteCount)
                    }
                    guard index < count else { continue }
                    let offset = Int64(index) * partByteCount
                    let length = Int(min(partByteCount, source.byteCount - offset))
                    let bytes = try await read(source, at: offset, count: length)
                    group.addTask { await send(id, index, bytes) }
                }
                return .success(tags)
            } catch {
                group.cancelAll()
                return .failure(error)
            }
        }
        return try result.get()
    }

    private struct SentPart: Sendable {
        let index: Int
        let byteCount: Int
        let entityTag: String
    }

    private func send(_ id: String, _ index: Int, _ bytes: [UInt8]) async -> Result<SentPart, Fault> {
        let request = store.bucket.request(
            "UploadPart",
            "PUT",
            key: key,
            query: [("partNumber", String(index + 1)), ("uploadId", id)],
            body: bytes,
            timeout: S3ObjectStore.stall
        )
        do throws(Fault) {
            let response = try await store.client.call(request)
            guard let tag = response.headers["ETag"] else {
                throw .retry(request.operation, underlying: S3AnswerError(expected: "a part's tag"))
            }
            return .success(SentPart(index: index, byteCount: bytes.count, entityTag: tag))
        } catch {
            return .failure(error)
        }
    }

    private func complete(_ id: String, _ tags: [String]) async throws(Fault) {
        let parts = tags.enumerated().map { index, tag in
            "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(XMLDocument.escaped(tag))</ETag></Part>"
        }
        let list = parts.joined()
        let request = store.bucket.request(
            "CompleteMultipartUpload",
            "POST",
            key: key,
            query: [("uploadId", id)],
            headers: condition,
            body: Array(
                #"<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\#(list)"#.utf8
            ) + Array("</CompleteMultipartUpload>".utf8),
            timeout: Self.completion
        )
        let response = try await store.client.call(request)
        // The status is sent before the work is done: an error may hide behind a 200.
        guard let root = XMLDocument.root(response.body), root.name != "Error" else {
            let root = XMLDocument.root(response.body)
            let error = AWSServiceError(
                status: 500,
                code: root?["Code"] ?? "InternalError",
                message: root?["Message"] ?? "the answer is not XML"
            )
            throw Fault(operation: request.operation, verdict: error.verdict, underlying: error)
        }
    }

    private func abort(_ id: String) async {
        let request = store.bucket.request("AbortMultipartUpload", "DELETE", key: key, query: [("uploadId", id)])
        _ = try? await store.client.call(request)
    }

    private func read(_ source: any ByteSource, at offset: Int64, count: Int) async throws(Fault) -> [UInt8] {
        let bytes = try await source.read(at: offset, count: count)
        guard bytes.count == count else { throw .reject("s3.upload", "the source ended before its length") }
        return bytes
    }

    /// Parts grow, in whole MiB, where 10,000 of the usual length are not enough.
    private static func partByteCount(of byteCount: Int64) -> Int64 {
        let least = (byteCount + partLimit - 1) / partLimit
        let mebibyte: Int64 = 1 << 20
        return max(Int64(S3ObjectStore.partByteCount), (least + mebibyte - 1) / mebibyte * mebibyte)
    }
}
