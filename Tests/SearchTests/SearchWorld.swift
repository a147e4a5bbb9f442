import Logging
import Pipeline

@testable import Search

/// A record with one video, its exact copy and a picture.
struct SearchWorld {
    static let tenant: Tenant = "default"
    static let video: AssetID = "11111111-1111-8111-a111-111111111111"
    static let copy: AssetID = "22222222-2222-8222-a222-222222222222"
    static let picture: AssetID = "33333333-3333-8333-a333-333333333333"

    private static let keyframe = Output(
        name: .keyframe,
        identity: "11",
        key: "derived/default/cafe",
        contentType: "image/jpeg",
        startMilliseconds: 1200
    )

    var models: any ModelClient = MemoryModelClient()
    var limits = SearchLimits()

    /// Asks a server in front of the record.
    func ask(_ target: String, method: String = "GET") async throws -> SearchResponse {
        try await ask(target, method: method, catalog: try await record())
    }

    /// Asks a server in front of any catalog.
    func ask(_ target: String, method: String = "GET", catalog: any Catalog) async throws -> SearchResponse {
        try await SearchServer(service: await service(catalog)).ask(target, method: method)
    }

    func record() async throws -> MemoryCatalog {
        let catalog = MemoryCatalog()
        try await fill(catalog)
        return catalog
    }

    func service(_ catalog: any Catalog) async -> SearchService {
        var logger = Logger(label: "search")
        logger.logLevel = .critical
        let objects = MemoryObjectStore()
        _ = await objects.putIfAbsent("derived/default/cafe", Array("a picture".utf8), contentType: "image/jpeg")
        return SearchService(
            catalog: catalog,
            objects: objects,
            models: models,
            tenant: Self.tenant,
            limits: limits,
            logger: logger
        )
    }

    private func fill(_ catalog: MemoryCatalog) async throws {
        let moments = [
            Moment(kind: .shot, startMilliseconds: 0, endMilliseconds: 9000),
            Moment(kind: .speech, startMilliseconds: 1200, endMilliseconds: 3000, text: "a cold wind blows"),
            Moment(kind: .speech, startMilliseconds: 6400, endMilliseconds: 8700, text: "<b>the bridge</b> opened"),
        ]
        let text = [Moment(kind: .text, text: "SUMMER REGATTA")]
        try await add(Self.video, "uploads/tour.mp4", digest: "aa", kind: .video, moments, to: catalog)
        try await add(Self.copy, "uploads/copy.mp4", digest: "aa", kind: .video, [], copyOf: Self.video, to: catalog)
        try await add(Self.picture, "uploads/notice.png", digest: "bb", kind: .image, text, to: catalog)
    }

    private func add(
        _ asset: AssetID,
        _ name: String,
        digest: Digest,
        kind: MediaKind,
        _ moments: [Moment],
        copyOf: AssetID? = nil,
        to catalog: MemoryCatalog
    ) async throws {
        let run = RunKey(tenant: Self.tenant, asset: asset, generation: 1, name: RunName("transcribe"))
        let source = ObjectReference(bucket: "media", key: name, byteCount: 9, contentType: nil, digest: digest)
        let plan = try Plan([PlannedRun(RunName("transcribe"))])
        let registration = AssetRegistration(asset: asset, generation: 1, source: source, copyOf: copyOf, plan: plan)
        let meanings = MemoryModelClient().embed(moments.map(\.text))
        let vectors = meanings.output.enumerated().filter { !moments[$0.offset].text.isEmpty }.map {
            MomentVector(moment: MomentKey(run: run.name, ordinal: $0.offset), values: $0.element)
        }
        try await catalog.write(
            [
                .register(registration),
                .facts(AssetFacts(kind: kind, durationMilliseconds: 9000, details: "{}")),
                .moments(moments),
                .outputs(kind == .video && copyOf == nil ? [Self.keyframe] : []),
                .vectors(model: meanings.model, vectors),
                .publish(.complete, reason: nil),
            ],
            for: run
        )
    }
}
