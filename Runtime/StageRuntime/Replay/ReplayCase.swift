internal import Cloud
internal import FoundationEssentials
internal import Logging
package import Pipeline

/// What the world held when an event was handled: enough of it to handle the event again anywhere.
package struct ReplayCase: Codable, Sendable {
    /// Of assets that come by object events; "default" where it is not said.
    let tenant: Tenant?
    /// "media-uploads" where it is not said.
    let bucket: String?
    /// Object keys and the files that hold their bytes, beside the case.
    let objects: [String: String]?
    /// Media types by object key.
    let contentTypes: [String: String]?
    /// Objects that were there and are not in the case, and why.
    let omitted: [String: String]?
    /// Originals stand before their copies.
    let assets: [Known]?

    struct Known: Codable, Sendable {
        let tenant: Tenant
        let registration: AssetRegistration
        let facts: AssetFacts?
        /// By the run that found them.
        let moments: [Found]?
        let outputs: [Output]?
        /// Of what Match compares.
        let fingerprints: [Fingerprints]?
        /// The runs of the registered generation; the registration's plan where it is not said.
        let ledger: [LedgerRow]?
        /// Processing where it is not said.
        let state: AssetState?
        let reason: String?
    }

    struct Found: Codable, Sendable {
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

    /// The case as it is kept: keys sorted, one fact on a line.
    ///
    /// - Throws: reject, where a number in it has no JSON form.
    func json() throws(Fault) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do { return try encoder.encode(self) + Data("\n".utf8) } catch {
            throw .reject("replay", "the case's world can't be written as JSON", underlying: error)
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
            tenant: recorded.tenant ?? "default",
            bucket: recorded.bucket ?? "media-uploads",
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
}
