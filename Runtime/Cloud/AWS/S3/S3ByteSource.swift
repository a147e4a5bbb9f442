internal import Pipeline

/// An object read in ranges, as long as it is the one that was opened.
struct S3ByteSource: ByteSource {
    let store: S3ObjectStore
    let info: ObjectInfo
    /// The first bytes, which came when the object was opened.
    let head: [UInt8]

    var byteCount: Int64 { info.byteCount }

    func read(at offset: Int64, count: Int) async throws(Fault) -> [UInt8] {
        guard offset >= 0, offset < byteCount, count > 0 else { return [] }
        let end = offset + min(Int64(count), byteCount - offset)
        guard offset < head.count else { return try await fetch(offset, end) }
        let known = head[Int(offset)..<Int(min(end, Int64(head.count)))]
        guard end > head.count else { return Array(known) }
        return known + (try await fetch(Int64(head.count), end))
    }

    private func fetch(_ offset: Int64, _ end: Int64) async throws(Fault) -> [UInt8] {
        do throws(Fault) {
            return try await store.client.read(Int(end - offset)) { received in
                store.bucket.request(
                    "GetObject",
                    "GET",
                    key: info.key,
                    headers: ["Range": "bytes=\(offset + Int64(received))-\(end - 1)", "If-Match": info.entityTag],
                    timeout: S3ObjectStore.stall
                )
            }
        } catch { throw store.explained(error, info.key) }
    }
}
