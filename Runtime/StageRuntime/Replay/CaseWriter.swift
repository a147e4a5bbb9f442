internal import FoundationEssentials
package import Pipeline

/// Writes messages as cases: `<folder>/<stage>/<id>.json`, `<id>.world.json` beside it, and objects in
/// `<folder>/objects/`, which cases of the same bytes share.
package struct CaseWriter: Sendable {
    private let world: World
    private let folder: String

    /// - Parameters:
    ///   - world: what a case's world is read from.
    ///   - folder: made where it is not there.
    package init(world: World, folder: String) {
        self.world = world
        self.folder = folder
    }

    /// A case in its folder.
    package struct Written: Sendable {
        /// Of the message.
        package let path: String
        /// Objects that are not in the case, and why.
        package let omitted: [String: String]

        /// Where the effects of its replay are kept.
        package var effectsPath: String { "\(path.dropLast(".json".count)).effects.json" }

        /// Keeps what the case's replay has printed.
        ///
        /// - Throws: reject, where it can't be written.
        package func keep(effects: String) throws(Fault) {
            try CaseWriter.write(Data(effects.utf8), to: effectsPath)
        }
    }

    /// Writes a message, and the world as it is now. The message's file comes last: where it is, its world is.
    ///
    /// - Parameters:
    ///   - message: as it was received.
    ///   - id: the service's.
    ///   - stage: that the message is for.
    ///   - runs: what it asks for; empty where it can't be read.
    /// - Returns: where it is.
    /// - Throws: the catalog's fault; reject, where a file can't be written.
    package func write(
        _ message: RecordedMessage,
        id: String,
        of stage: StageName,
        runs: [RunKey]
    ) async throws(Fault) -> Written {
        let own = "\(folder)/\(stage)"
        try makeFolder(own)
        let (body, objects) = try await kept(message, runs)
        let named = NamedObjects(body: body, attributes: message.attributes, bucket: world.bucket)
        let assets = try await KnownAssets(world.catalog).read(runs, digests: named.digests + objects.digests)
        let recorded = ReplayCase(
            tenant: world.tenant,
            bucket: world.bucket,
            objects: objects.files,
            contentTypes: objects.contentTypes,
            omitted: objects.omitted.isEmpty ? nil : objects.omitted,
            assets: assets
        )
        // Nobody waits for it any more, and the world may have changed.
        if Task.isCancelled { throw .retry("record", underlying: CancellationError()) }
        let stem = "\(own)/\(Self.fileName(id))"
        try Self.write(try recorded.json(), to: "\(stem).world.json")
        try Self.write(try message.file(id: id, subscription: stage.rawValue), to: "\(stem).json")
        return Written(path: "\(stem).json", omitted: objects.omitted)
    }

    /// Nothing in a service's id may lead to another folder.
    package static func fileName(_ id: String) -> String {
        let name = id.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.prefix(CaseLimits.nameCount)
        return name.isEmpty ? "message" : String(name)
    }

    /// Keeps the objects that a message names, its own payload among them.
    ///
    /// - Returns: the message's body, redeemed where it was checked in.
    private func kept(
        _ message: RecordedMessage,
        _ runs: [RunKey]
    ) async throws(Fault) -> (body: Data, objects: KeptObjects) {
        var objects = KeptObjects(store: world.objects, digester: world.digester, folder: "\(folder)/objects")
        var body = message.body
        if let head = ClaimedEnvelope(body), head.isInPlace {
            await objects.keep(head.claim.key)
            // One that is gone is what the replay must find, too.
            body = (try? await ClaimCheck(world).redeemed(body)) ?? body
        }
        let named = NamedObjects(body: body, attributes: message.attributes, bucket: world.bucket)
        for key in named.keys { await objects.keep(key) }
        guard named.hasSource else { return (body, objects) }
        for run in runs where run.generation > 0 {
            let outputs = try await world.catalog.outputs(
                of: run.asset,
                generation: run.generation,
                names: Set(OutputName.allCases),
                of: run.tenant
            )
            for output in outputs { await objects.keep(output.key) }
        }
        return (body, objects)
    }

    private func makeFolder(_ path: String) throws(Fault) {
        do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
            throw .reject("record", "the folder \(path) can't be made", underlying: error)
        }
    }

    static func write(_ data: Data, to path: String) throws(Fault) {
        do { try data.write(to: URL(filePath: path), options: .atomic) } catch {
            throw .reject("record", "\(path) can't be written", underlying: error)
        }
    }
}

/// Bounds of a recorded case.
package enum CaseLimits {
    /// Of one object; a larger one is left out.
    static let objectByteCount: Int64 = 16 << 20
    /// Of all objects of one case.
    static let byteCount: Int64 = 64 << 20
    static let objectCount = 256
    /// Characters of a file's name.
    static let nameCount = 100
    /// How long a message may wait for its case.
    package static let wait: Duration = .seconds(30)
    /// Cases of one worker, unless it is told otherwise.
    package static let count = 1000
    /// Copies of an asset that a case knows.
    static let copyCount = 10
    /// How long the replay of a case may take.
    static let replayTime: Duration = .seconds(120)
    /// Of a replay's report.
    static let reportByteCount = 32 << 20
}
