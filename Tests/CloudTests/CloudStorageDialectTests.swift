import Cloud
import Pipeline
import Testing

/// Cloud Storage by its S3-compatible XML API, with HMAC keys. It refuses a request that has headers of both vendors.
@Suite struct CloudStorageDialectTests {
    private struct ZeroSource: ByteSource {
        let byteCount: Int64
        func read(at offset: Int64, count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
    }

    private func store(_ http: ScriptedHTTPClient, _ environment: [String: String] = [:]) throws -> S3ObjectStore {
        let settings = try AWSSettings(
            environment: environment.merging([
                "AWS_REGION": "auto", "AWS_ENDPOINT_URL_S3": "https://storage.googleapis.com",
            ]) { $1 }
        )
        return S3ObjectStore(bucket: "media", client: http.awsClient(), endpoint: settings.s3)
    }

    @Test func aConditionalWriteIsSpeltInGooglesWordsAlone() async throws {
        let http = ScriptedHTTPClient { _, _ in .init() }
        _ = try await store(http).putIfAbsent("a b", Array("hello world".utf8), contentType: "x/y")
        let request = try #require(http.requests.first)
        #expect(request.url == "https://storage.googleapis.com/media/a%20b")
        #expect(
            request.headers.fields.map(\.name) == [
                "x-goog-if-generation-match", "Content-Type", "X-Goog-Date", "x-goog-content-sha256", "Authorization",
            ]
        )
        #expect(request.headers["x-goog-if-generation-match"] == "0")
        #expect(request.headers["X-Goog-Date"] == "20260101T000000Z")
        #expect(request.headers["x-goog-content-sha256"]?.count == 64, "the body is signed in place of a checksum")
        let authorization = try #require(request.headers["Authorization"])
        #expect(
            authorization.hasPrefix(
                "GOOG4-HMAC-SHA256 Credential=AKID/20260101/eu-central-1/storage/goog4_request, SignedHeaders="
                    + "content-type;host;x-goog-content-sha256;x-goog-date;x-goog-if-generation-match, Signature="
            )
        )
    }

    @Test func whatMustNotOverwriteIsNeverSentInParts() async throws {
        let http = ScriptedHTTPClient { _, _ in .init() }
        let bytes = [UInt8](repeating: 0, count: 17 << 20)
        #expect(try await store(http).putIfAbsent("a", bytes, contentType: "x/y") == .written)
        #expect(http.requests.map(\.method) == ["PUT"], "an upload in parts takes no condition there")
    }

    @Test func anUploadInPartsHasNoHeaderOfAmazons() async throws {
        let http = ScriptedHTTPClient { request, _ in
            request.url.hasSuffix("?uploads=")
                ? .init(body: "<R><UploadId>u1</UploadId></R>") : .init(headers: ["ETag": "\"e\""], body: "<R></R>")
        }
        let store = try store(http)
        try await store.upload("a", from: ZeroSource(byteCount: 17 << 20), contentType: "x/y") { _ in }
        _ = try await store.stream("a")
        _ = await store.delete(["a"])
        #expect(http.requests.count == 6)
        for request in http.requests {
            #expect(!request.headers.fields.contains { $0.name.lowercased().hasPrefix("x-amz-") })
        }
    }

    @Test func whatIsThereIsKept() async throws {
        let http = ScriptedHTTPClient { _, _ in
            .init(status: 412, body: "<Error><Code>PreconditionFailed</Code></Error>")
        }
        #expect(try await store(http).putIfAbsent("a", [1], contentType: "x/y") == .existed)
    }

    @Test func aPresignedURLIsInGooglesWordsToo() async throws {
        let http = ScriptedHTTPClient { _, _ in .init() }
        let url = try await store(http).presign("a", expires: .seconds(90))
        #expect(url.contains("?X-Goog-Algorithm=GOOG4-HMAC-SHA256&X-Goog-Credential=AKID%2F20260101%2F"))
        #expect(url.contains("&X-Goog-SignedHeaders=host&X-Goog-Expires=90&X-Goog-Signature="))
        #expect(!url.contains("X-Amz"))
    }

    @Test(arguments: [(501, "NotImplemented"), (400, "NotImplemented")])
    func objectsAreRemovedOneByOneWhereTheStoreCanNotDoMany(_ status: Int, _ code: String) async throws {
        let http = ScriptedHTTPClient { request, _ in
            if request.method == "POST" { return .init(status: status, body: "<Error><Code>\(code)</Code></Error>") }
            if request.url.hasSuffix("/b") {
                return .init(status: 404, body: "<Error><Code>NoSuchKey</Code></Error>")
            }
            if request.url.hasSuffix("/c") {
                return .init(status: 403, body: "<Error><Code>AccessDenied</Code></Error>")
            }
            return .init(status: 204)
        }
        let keys = ["a", "b", "c"] + (0..<20).map { "k\($0)" }
        let results = try await store(http).delete(keys)
        #expect(results.map { (try? $0.get()) != nil } == keys.map { $0 != "c" })
        #expect(Set(http.requests.filter { $0.method == "DELETE" }.map(\.url)).count == 23)
    }

    @Test(arguments: [
        "https://storage.googleapis.com", "https://media.storage.googleapis.com",
        "https://storage.europe-west3.rep.googleapis.com",
    ])
    func cloudStorageIsKnownByItsHosts(_ url: String) throws {
        let endpoint = S3Endpoint(try #require(AWSEndpoint(url: url)))
        #expect(endpoint.dialect == .cloudStorage)
        #expect(S3Endpoint(try #require(AWSEndpoint(url: "https://storage.example.com"))).dialect == .amazon)
    }

    @Test func amazonsChecksumsAreRefusedAtTheStart() {
        let fault = #expect(throws: Fault.self) {
            try store(ScriptedHTTPClient { _, _ in .init() }, ["AWS_REQUEST_CHECKSUM_CALCULATION": "when_supported"])
        }
        #expect(fault?.description.contains("AWS_REQUEST_CHECKSUM_CALCULATION") == true)
    }
}
