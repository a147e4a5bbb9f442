internal import FoundationEssentials
internal import Pipeline

/// Objects as a case keeps them: files named after their bytes' digests.
struct KeptObjects {
    private let store: any ObjectStore
    private let digester: any Digester
    private let folder: String
    private var byteCount: Int64 = 0

    /// By key: the file, as it is found from the case.
    private(set) var files: [String: String] = [:]
    private(set) var contentTypes: [String: String] = [:]
    private(set) var digests: [Digest] = []
    /// By key: why it is not kept.
    private(set) var omitted: [String: String] = [:]

    init(store: any ObjectStore, digester: any Digester, folder: String) {
        self.store = store
        self.digester = digester
        self.folder = folder
    }

    /// Keeps an object; one that is not there stays so.
    mutating func keep(_ key: String) async {
        guard files[key] == nil, omitted[key] == nil else { return }
        do throws(Fault) {
            guard let info = try await store.info(key) else { return }
            guard files.count < CaseLimits.objectCount, info.byteCount <= CaseLimits.objectByteCount,
                byteCount + info.byteCount <= CaseLimits.byteCount
            else {
                omitted[key] = "\(info.byteCount) bytes are too many"
                return
            }
            let stream = try await store.stream(key)
            var bytes: [UInt8] = []
            while let chunk = try await stream.next() {
                bytes += chunk
                guard Int64(bytes.count) <= CaseLimits.objectByteCount else {
                    omitted[key] = "it has become larger while it was read"
                    return
                }
            }
            let digest = digester.digest(bytes)
            try save(bytes, digest)
            byteCount += Int64(bytes.count)
            digests.append(digest)
            files[key] = "../objects/\(digest)"
            contentTypes[key] = stream.info.contentType
        } catch {
            omitted[key] = error.description
        }
    }

    private func save(_ bytes: [UInt8], _ digest: Digest) throws(Fault) {
        let path = "\(folder)/\(digest)"
        guard !FileManager.default.fileExists(atPath: path) else { return }
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw .reject("record", "the folder \(folder) can't be made", underlying: error)
        }
        try CaseWriter.write(Data(bytes), to: path)
    }
}
