internal import Cloud
internal import FoundationEssentials
internal import Logging
package import Pipeline

/// What the world held when an event was handled: enough of it to handle the event again anywhere.
package struct ReplayCase: Decodable, Sendable {
    /// Object keys and the files that hold their bytes, beside the case.
    package let objects: [String: String]?
    package let assets: [Known]?

    package struct Known: Decodable, Sendable {
        let tenant: Tenant
        let registration: AssetRegistration
        let facts: AssetFacts?
        /// By the run that found them.
        let moments: [Found]?
        let outputs: [Output]?
    }

    struct Found: Decodable, Sendable {
        let run: RunName
        let moments: [Moment]
    }

    /// Reads a case.
    ///
    /// - Throws: reject, where it is not well-formed.
    package static func decoded(_ json: [UInt8]) throws(Fault) -> ReplayCase {
        do { return try JSONDecoder().decode(ReplayCase.self, from: Data(json)) } catch {
            throw .reject("replay", "the case's world is not well-formed", underlying: error)
        }
    }

    /// The world of a case: `<case>.world.json` beside `<case>.json`.
    ///
    /// - Returns: nil where there is none.
    /// - Throws: reject, where it is not well-formed.
    package static func world(beside path: String) async throws(Fault) -> World? {
        let stem = path.hasSuffix(".json") ? String(path.dropLast(5)) : path
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        guard let file = try? FileByteSource(path: "\(stem).world.json") else { return nil }
        let recorded = try decoded(try file.read(at: 0, count: Int(file.byteCount)))
        let (catalog, objects) = try await recorded.build(folder: folder)
        let queue = MemoryQueue()
        return World(
            tenant: "default",
            bucket: "media-uploads",
            build: "replay",
            queues: { _, _ in queue },
            deadLetters: { _ in queue },
            objects: objects,
            catalog: catalog,
            models: MemoryModelClient(),
            digester: OpenSSLDigester(),
            now: { 0 },
            logger: Logger(label: "replay") { JSONLogHandler(label: $0, level: .warning) }
        )
    }

    /// Builds the world in memory.
    ///
    /// - Throws: reject, where a file is not there or the assets contradict each other.
    package func build(folder: String) async throws(Fault) -> (catalog: MemoryCatalog, objects: MemoryObjectStore) {
        let store = MemoryObjectStore()
        for (key, file) in objects ?? [:] {
            let source = try FileByteSource(path: "\(folder)/\(file)")
            await store.overwrite(key, try source.read(at: 0, count: Int(source.byteCount)))
        }
        let catalog = MemoryCatalog()
        for known in assets ?? [] { try await catalog.add(known) }
        return (catalog, store)
    }
}

extension MemoryCatalog {
    fileprivate func add(_ known: ReplayCase.Known) throws(Fault) {
        let registration = known.registration
        let ingest = RunKey(
            tenant: known.tenant,
            asset: registration.asset,
            generation: 0,
            name: RunName("ingest", part: "case")
        )
        try write([.register(registration)], for: ingest)
        if let facts = known.facts { try write([.facts(facts)], for: ingest) }
        for found in known.moments ?? [] {
            try write([.moments(found.moments)], for: run(found.run, of: known))
        }
        if let outputs = known.outputs { try write([.outputs(outputs)], for: run("scenes", of: known)) }
    }

    private func run(_ name: RunName, of known: ReplayCase.Known) -> RunKey {
        RunKey(
            tenant: known.tenant,
            asset: known.registration.asset,
            generation: known.registration.generation,
            name: name
        )
    }
}
