/// A bucket in memory, with S3's order of keys and its put-if-absent.
package actor MemoryObjectStore: ObjectStore {
    private struct Object {
        let bytes: [UInt8]
        let version: Int
        let contentType: String
    }

    private var objects: [String: Object] = [:]
    private var writeCount = 0

    package init() {}

    package func info(_ key: String) -> ObjectInfo? {
        objects[key].map { info(key, $0) }
    }

    package func open(_ key: String) throws(Fault) -> any ByteSource {
        guard let object = objects[key] else { throw missing(key, "memory.open") }
        return MemoryByteSource(store: self, key: key, version: object.version, byteCount: Int64(object.bytes.count))
    }

    package func stream(_ key: String) throws(Fault) -> any ByteStream {
        guard let object = objects[key] else { throw missing(key, "memory.stream") }
        return MemoryByteStream(info: info(key, object), bytes: object.bytes)
    }

    package func upload(
        _ key: String,
        from source: any ByteSource,
        contentType: String,
        progress: @Sendable (Int64) -> Void
    ) async throws(Fault) {
        var bytes: [UInt8] = []
        while Int64(bytes.count) < source.byteCount {
            let part = try await source.read(at: Int64(bytes.count), count: 1 << 20)
            guard !part.isEmpty else { throw .reject("memory.upload", "the source ended before its length") }
            bytes += part
            progress(Int64(bytes.count))
        }
        overwrite(key, bytes, contentType: contentType)
    }

    package func presign(_ key: String, expires: Duration) -> String {
        "memory:///\(key)?expires=\(expires.components.seconds)"
    }

    package func putIfAbsent(_ key: String, _ bytes: [UInt8], contentType: String) -> PutOutcome {
        guard objects[key] == nil else { return .existed }
        overwrite(key, bytes, contentType: contentType)
        return .written
    }

    /// What an upload by somebody else does.
    package func overwrite(_ key: String, _ bytes: [UInt8], contentType: String = "application/octet-stream") {
        writeCount += 1
        objects[key] = Object(bytes: bytes, version: writeCount, contentType: contentType)
    }

    package func list(prefix: String, after key: String, atMost count: Int) -> [ObjectInfo] {
        objects.keys
            .filter { $0.hasPrefix(prefix) && key.utf8.lexicographicallyPrecedes($0.utf8) }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .prefix(count)
            .compactMap { key in objects[key].map { info(key, $0) } }
    }

    package func delete(_ keys: [String]) -> [Result<Void, Fault>] {
        keys.map { key in
            objects[key] = nil
            return .success(())
        }
    }

    fileprivate func read(_ key: String, version: Int, at offset: Int64, count: Int) throws(Fault) -> [UInt8] {
        guard let object = objects[key] else { throw missing(key, "memory.read") }
        guard object.version == version else {
            throw .retry("memory.read: \(key) was overwritten while it was read")
        }
        let start = Int(min(max(offset, 0), Int64(object.bytes.count)))
        return Array(object.bytes[start..<min(start + max(count, 0), object.bytes.count)])
    }

    private func info(_ key: String, _ object: Object) -> ObjectInfo {
        ObjectInfo(
            key: key,
            byteCount: Int64(object.bytes.count),
            entityTag: "\"\(object.version)\"",
            contentType: object.contentType
        )
    }

    private func missing(_ key: String, _ operation: String) -> Fault {
        .reject(operation, "there is no object \(key)")
    }
}

private struct MemoryByteSource: ByteSource {
    let store: MemoryObjectStore
    let key: String
    let version: Int
    let byteCount: Int64

    func read(at offset: Int64, count: Int) async throws(Fault) -> [UInt8] {
        try await store.read(key, version: version, at: offset, count: count)
    }
}

private actor MemoryByteStream: ByteStream {
    let info: ObjectInfo
    private var rest: ArraySlice<UInt8>

    init(info: ObjectInfo, bytes: [UInt8]) {
        self.info = info
        self.rest = bytes[...]
    }

    func next() -> [UInt8]? {
        guard !rest.isEmpty else { return nil }
        let chunk = Array(rest.prefix(1 << 20))
        rest = rest.dropFirst(chunk.count)
        return chunk
    }
}
