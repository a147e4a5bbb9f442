internal import Pipeline

/// A write in parts: begun, sent several parts at a time, completed; or aborted, so that no part stays behind.
struct S3MultipartUpload: Sendable {
    private static let partsInFlight = 4
    private static let partLimit: Int64 = 10_000
    /// The store puts the parts together before it answers.
    private static let completion = HTTPTimeout.total(.seconds(300))

    private let upload: S3Upload
    private var store: S3ObjectStore { upload.store }
    private var sendsChecksums: Bool { store.bucket.store.requestChecksums == .whenSupported }

    init(_ upload: S3Upload) { self.upload = upload }

    func run(_ source: any ByteSource, _ progress: (Int64) -> Void) async throws(Fault) {
        let id = try await create()
        do throws(Fault) {
            try await complete(id, sendParts(id, source, progress))
        } catch {
            // In a task of its own: the parts must go even where this one is cancelled.
            await Task { await abort(id) }.value
            throw error
        }
    }

    private func create() async throws(Fault) -> String {
        var headers: HTTPHeaders = ["Content-Type": upload.contentType]
        if sendsChecksums { headers.append("x-amz-checksum-algorithm", S3Checksum.algorithm) }
        let request = store.bucket.request(
            "CreateMultipartUpload",
            "POST",
            key: upload.key,
            query: [("uploads", "")],
            headers: headers
        )
        let response = try await store.client.call(request)
        guard let id = XMLDocument.root(response.body)?["UploadId"], !id.isEmpty else {
            throw .retry(request.operation, underlying: S3AnswerError(expected: "an upload id"))
        }
        return id
    }

    /// Reads the parts one after the other, and sends several at a time.
    ///
    /// - Returns: the parts in their order.
    private func sendParts(
        _ id: String,
        _ source: any ByteSource,
        _ progress: (Int64) -> Void
    ) async throws(Fault) -> [S3Part] {
        let partByteCount = Self.partByteCount(of: source.byteCount)
        let count = Int((source.byteCount + partByteCount - 1) / partByteCount)
        let result = await withTaskGroup(of: Result<S3Part, Fault>.self) { group -> Result<[S3Part], Fault> in
            var parts: [S3Part] = []
            var storedByteCount: Int64 = 0
            do throws(Fault) {
                for index in 0..<count + Self.partsInFlight {
                    if index >= Self.partsInFlight, let part = try await group.next()?.get() {
                        parts.append(part)
                        storedByteCount += Int64(part.byteCount)
                        progress(storedByteCount)
                    }
                    guard index < count else { continue }
                    let offset = Int64(index) * partByteCount
                    let length = Int(min(partByteCount, source.byteCount - offset))
                    let bytes = try await upload.read(source, at: offset, count: length)
                    group.addTask { await send(id, index + 1, bytes) }
                }
                return .success(parts.sorted { $0.number < $1.number })
            } catch {
                group.cancelAll()
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func send(_ id: String, _ number: Int, _ bytes: [UInt8]) async -> Result<S3Part, Fault> {
        var request = store.bucket.request(
            "UploadPart",
            "PUT",
            key: upload.key,
            query: [("partNumber", String(number)), ("uploadId", id)],
            body: bytes,
            timeout: S3ObjectStore.stall
        )
        let checksum = S3Checksum.add(to: &request, for: store.bucket.store)
        do throws(Fault) {
            let response = try await store.client.call(request)
            guard let tag = response.headers["ETag"] else {
                throw .retry(request.operation, underlying: S3AnswerError(expected: "a part's tag"))
            }
            return .success(S3Part(number: number, byteCount: bytes.count, entityTag: tag, checksum: checksum))
        } catch {
            return .failure(error)
        }
    }

    private func complete(_ id: String, _ parts: [S3Part]) async throws(Fault) {
        let list = parts.map(\.xml).joined()
        let request = store.bucket.request(
            "CompleteMultipartUpload",
            "POST",
            key: upload.key,
            query: [("uploadId", id)],
            headers: upload.condition,
            body: Array(
                #"<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\#(list)"#.utf8
            ) + Array("</CompleteMultipartUpload>".utf8),
            timeout: Self.completion
        )
        _ = try await store.client.call(request) { answer throws(Fault) in
            try S3AnswerError.check(answer, request.operation)
        }
    }

    private func abort(_ id: String) async {
        let request = store.bucket.request(
            "AbortMultipartUpload",
            "DELETE",
            key: upload.key,
            query: [("uploadId", id)]
        )
        _ = try? await store.client.call(request)
    }

    /// Parts grow, in whole MiB, where 10,000 of the usual length are not enough.
    private static func partByteCount(of byteCount: Int64) -> Int64 {
        let least = (byteCount + partLimit - 1) / partLimit
        let mebibyte: Int64 = 1 << 20
        return max(Int64(S3ObjectStore.partByteCount), (least + mebibyte - 1) / mebibyte * mebibyte)
    }
}
