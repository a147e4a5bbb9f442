import Pipeline

/// A store that never answers, and hears of no cancellation.
struct SilentStore: ObjectStore {
    private func silence<Answer: Sendable>(_ answer: Answer.Type) async -> Answer {
        await withUnsafeContinuation { (_: UnsafeContinuation<Answer, Never>) in }
    }

    func info(_ key: String) async -> ObjectInfo? { await silence(ObjectInfo?.self) }
    func open(_ key: String) async -> any ByteSource { await silence((any ByteSource).self) }
    func stream(_ key: String) async -> any ByteStream { await silence((any ByteStream).self) }
    func putIfAbsent(_ key: String, _ bytes: [UInt8], contentType: String) async -> PutOutcome {
        await silence(PutOutcome.self)
    }
    func upload(
        _ key: String,
        from source: any ByteSource,
        contentType: String,
        progress: @Sendable (Int64) -> Void
    ) async { await silence(Void.self) }
    func presign(_ key: String, expires: Duration) async -> String { await silence(String.self) }
    func list(prefix: String, after key: String, atMost count: Int) async -> [ObjectInfo] {
        await silence([ObjectInfo].self)
    }
    func delete(_ keys: [String]) async -> [Result<Void, Fault>] { await silence([Result<Void, Fault>].self) }
}
