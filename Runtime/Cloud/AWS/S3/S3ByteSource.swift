internal import Pipeline

/// An object read in ranges, as long as it is the one that was opened.
struct S3ByteSource: ByteSource {
    let store: S3ObjectStore
    let info: ObjectInfo

    var byteCount: Int64 { info.byteCount }

    func read(at offset: Int64, count: Int) async throws(Fault) -> [UInt8] {
        let end = min(offset + Int64(count), byteCount)
        guard offset >= 0, offset < end else { return [] }
        let request = store.bucket.request(
            "GetObject",
            "GET",
            key: info.key,
            headers: ["Range": "bytes=\(offset)-\(end - 1)", "If-Match": info.entityTag],
            timeout: S3ObjectStore.stall
        )
        let response: AWSResponse
        do throws(Fault) { response = try await store.client.call(request, atMost: Int(end - offset)) } catch {
            throw store.explained(error, info.key)
        }
        guard response.body.count == Int(end - offset) else {
            throw .retry(request.operation, underlying: S3AnswerError(expected: "the range that was asked for"))
        }
        return response.body
    }
}
