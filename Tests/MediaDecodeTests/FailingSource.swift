import Pipeline

/// A byte source whose store answers for the first bytes only.
struct FailingSource: ByteSource {
    let good: any ByteSource
    let failsFrom: Int64
    let fault: Fault

    var byteCount: Int64 { good.byteCount }

    func read(at offset: Int64, count: Int) async throws(Fault) -> [UInt8] {
        guard offset < failsFrom else { throw fault }
        return try await good.read(at: offset, count: count)
    }
}

/// A byte source that never answers.
struct SilentSource: ByteSource {
    let byteCount: Int64

    func read(at offset: Int64, count: Int) async throws(Fault) -> [UInt8] {
        do { try await Task.sleep(for: .seconds(3600)) } catch {
            throw .retry("store.read", underlying: error)
        }
        return []
    }
}
