import Pipeline

/// One worker's way to the bucket, on which calls fail before and after they have taken effect, and reads break off.
struct FaultyObjectStore: ObjectStore {
    let inner: MemoryObjectStore
    let life: Life
    let chaos: Chaos

    func info(_ key: String) async throws(Fault) -> ObjectInfo? {
        try await call { () async throws(Fault) in await inner.info(key) }
    }

    func open(_ key: String) async throws(Fault) -> any ByteSource {
        try await call { () async throws(Fault) in try await inner.open(key) }
    }

    func stream(_ key: String) async throws(Fault) -> any ByteStream {
        try await call { () async throws(Fault) in
            FaultyByteStream(inner: try await inner.stream(key), life: life, chaos: chaos)
        }
    }

    func putIfAbsent(_ key: String, _ bytes: [UInt8], contentType: String) async throws(Fault) -> PutOutcome {
        try await call { () async throws(Fault) in await inner.putIfAbsent(key, bytes, contentType: contentType) }
    }

    func upload(
        _ key: String,
        from source: any ByteSource,
        contentType: String,
        progress: @Sendable (Int64) -> Void
    ) async throws(Fault) {
        try await inner.upload(key, from: source, contentType: contentType, progress: progress)
    }

    func presign(_ key: String, expires: Duration) async throws(Fault) -> String {
        await inner.presign(key, expires: expires)
    }

    func list(prefix: String, after key: String, atMost count: Int) async throws(Fault) -> [ObjectInfo] {
        await inner.list(prefix: prefix, after: key, atMost: count)
    }

    func delete(_ keys: [String]) async -> [Result<Void, Fault>] { await inner.delete(keys) }

    private func call<Answer: Sendable>(_ body: () async throws(Fault) -> Answer) async throws(Fault) -> Answer {
        try await life.pause()
        if chaos.strikes(.objectCallFails) { throw .retry("simulation.objects") }
        let answer = try await body()
        try await life.pause()
        if chaos.strikes(.objectAnswerLost) { throw .retry("simulation.objects") }
        return answer
    }
}

private struct FaultyByteStream: ByteStream {
    let inner: any ByteStream
    let life: Life
    let chaos: Chaos

    var info: ObjectInfo { inner.info }

    func next() async throws(Fault) -> [UInt8]? {
        try await life.pause()
        if chaos.strikes(.objectCallFails) { throw .retry("simulation.objects") }
        return try await inner.next()
    }
}
