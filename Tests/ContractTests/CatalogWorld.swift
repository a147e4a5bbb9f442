import Foundation
import Pipeline
import Testing

/// A catalog with one tenant, and short words for what stages do to it.
struct CatalogWorld: Sendable {
    static let model = ModelVersion(name: "contract", revision: "1")

    let catalog: any Catalog
    let tenant = Tenant(rawValue: "tenant-\(UUID())")

    init(_ kind: CatalogUnderTest) async throws { catalog = try await kind.make() }

    static func asset() -> AssetID { AssetID(rawValue: UUID().uuidString.lowercased()) }

    static func digest() -> Digest {
        Digest(rawValue: (UUID().uuidString + UUID().uuidString).lowercased().filter { $0 != "-" })
    }

    static func plan(_ names: RunName...) throws -> Plan { try Plan(names.map { PlannedRun($0) }) }

    /// A unit vector of the catalog's length that points along one axis, leaning towards the next.
    static func vector(_ axis: Int, leaning: Float = 0) -> [Float] {
        var values = [Float](repeating: 0, count: 384)
        values[axis] = (1 - leaning * leaning).squareRoot()
        values[axis + 1] = leaning
        return values
    }

    func run(_ asset: AssetID, _ generation: Int, _ name: RunName) -> RunKey {
        RunKey(tenant: tenant, asset: asset, generation: generation, name: name)
    }

    func message(_ stage: StageName = "probe") -> OutboxMessage {
        OutboxMessage(id: UUID().uuidString.lowercased(), stage: stage, body: Data("{}".utf8))
    }

    func registration(
        of asset: AssetID,
        generation: Int = 1,
        digest: Digest = digest(),
        byteCount: Int64 = 10,
        copyOf: AssetID? = nil,
        plan: Plan
    ) -> AssetRegistration {
        AssetRegistration(
            asset: asset,
            generation: generation,
            source: ObjectReference(
                bucket: "media",
                key: "\(asset).mp4",
                byteCount: byteCount,
                contentType: "video/mp4",
                digest: digest
            ),
            sequencer: "0A",
            copyOf: copyOf,
            plan: plan
        )
    }

    func claim(_ run: RunKey) async throws -> Claim {
        guard case .granted(let claim) = try await catalog.claim(run, build: "test", lease: .zero) else {
            throw NotGranted(run: run)
        }
        return claim
    }

    @discardableResult
    func commit(
        _ claim: Claim,
        _ rows: [CatalogWrite] = [],
        messages: [OutboxMessage] = [],
        isEmpty: Bool = false,
        note: String? = nil,
        completion: OutboxMessage? = nil
    ) async throws -> [OutboxMessage] {
        try await catalog.commit(
            Commit(
                claim: claim,
                rows: rows,
                messages: messages,
                isEmpty: isEmpty,
                note: note,
                completion: completion
            )
        )
    }

    /// Ingest's part: a claim of generation 0 and a commit.
    func ingest(_ asset: AssetID, _ rows: [CatalogWrite]) async throws {
        try await commit(claim(run(asset, 0, RunName("ingest", part: UUID().uuidString))), rows)
    }

    func register(_ registration: AssetRegistration) async throws {
        try await ingest(registration.asset, [.register(registration)])
    }

    /// A registered asset with one run per name.
    func registered(_ names: RunName..., digest: Digest = digest()) async throws -> AssetID {
        let asset = Self.asset()
        let plan = try Plan(names.map { PlannedRun($0) })
        try await register(registration(of: asset, digest: digest, plan: plan))
        return asset
    }

    /// A registered copy with Match's run.
    func copy(of original: AssetID, digest: Digest) async throws -> AssetID {
        let copy = Self.asset()
        let plan = try Self.plan("match")
        try await register(registration(of: copy, digest: digest, copyOf: original, plan: plan))
        return copy
    }

    /// Ends the one run of a generation with these rows, and publishes what it found.
    func publish(_ asset: AssetID, _ generation: Int, of name: RunName, _ rows: [CatalogWrite]) async throws {
        try await commit(claim(run(asset, generation, name)), rows, completion: message("publish"))
        try await commit(claim(run(asset, generation, "publish")), [.publish(.complete, reason: nil)])
    }

    /// An asset with one speech moment per text, and a vector for each axis given, that people see.
    func published(_ texts: [String], axes: [Int] = [], digest: Digest = digest()) async throws -> AssetID {
        let asset = try await registered("transcribe", digest: digest)
        let moments = texts.enumerated().map { index, text in
            Moment(kind: .speech, startMilliseconds: index * 1000, endMilliseconds: index * 1000 + 900, text: text)
        }
        let vectors = axes.enumerated().map { index, axis in
            MomentVector(moment: MomentKey(run: "transcribe", ordinal: index), values: Self.vector(axis))
        }
        let rows: [CatalogWrite] = [.moments(moments), .vectors(model: Self.model, vectors)]
        try await publish(asset, 1, of: "transcribe", rows)
        return asset
    }

    /// Expects that work ends in a retry.
    func expectRetry(_ work: () async throws -> Void) async {
        do {
            try await work()
            Issue.record("it succeeded")
        } catch {
            #expect((error as? Fault)?.faultClass == "retry", "\(error)")
        }
    }
}

struct NotGranted: Error {
    let run: RunKey
}
