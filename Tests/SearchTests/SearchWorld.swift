import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import Logging
import Pipeline

@testable import Search

/// A record with one video, its exact copy and a picture, and a server in front of it.
struct SearchWorld {
    static let tenant: Tenant = "default"
    static let video: AssetID = "11111111-1111-8111-a111-111111111111"
    static let copy: AssetID = "22222222-2222-8222-a222-222222222222"
    static let picture: AssetID = "33333333-3333-8333-a333-333333333333"

    let catalog = MemoryCatalog()
    var models: any ModelClient = MemoryModelClient()
    var limits = SearchLimits()

    /// Lays out the record and asks.
    func ask(_ uri: String, method: HTTPRequest.Method = .get) async throws -> TestResponse {
        try await fill()
        return try await ask(uri, method: method, catalog: catalog)
    }

    /// Asks a server in front of any catalog.
    func ask(
        _ uri: String,
        method: HTTPRequest.Method = .get,
        catalog: any Catalog
    ) async throws -> TestResponse {
        let service = SearchService(catalog: catalog, models: models, tenant: Self.tenant, limits: limits)
        var logger = Logger(label: "search")
        logger.logLevel = .critical
        return try await Application(router: service.router(), logger: logger).test(.router) { client in
            try await client.execute(uri: uri, method: method)
        }
    }

    private func fill() async throws {
        let moments = [
            Moment(kind: .shot, startMilliseconds: 0, endMilliseconds: 9000),
            Moment(kind: .speech, startMilliseconds: 1200, endMilliseconds: 3000, text: "a cold wind blows"),
            Moment(kind: .speech, startMilliseconds: 6400, endMilliseconds: 8700, text: "<b>the bridge</b> opened"),
        ]
        try await add(Self.video, "uploads/tour.mp4", digest: "aa", kind: .video, moments)
        try await add(Self.copy, "uploads/copy.mp4", digest: "aa", kind: .video, [], copyOf: Self.video)
        try await add(
            Self.picture,
            "uploads/notice.png",
            digest: "bb",
            kind: .image,
            [
                Moment(kind: .text, text: "SUMMER REGATTA")
            ]
        )
    }

    private func add(
        _ asset: AssetID,
        _ name: String,
        digest: Digest,
        kind: MediaKind,
        _ moments: [Moment],
        copyOf: AssetID? = nil
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
                .vectors(model: meanings.model, vectors),
                .publish(.complete, reason: nil),
            ],
            for: run
        )
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    func json<Value: Decodable>(as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
