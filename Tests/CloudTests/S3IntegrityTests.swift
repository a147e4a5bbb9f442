import Cloud
import Pipeline
import Testing

@Suite struct S3IntegrityTests {
    private struct ZeroSource: ByteSource {
        let byteCount: Int64
        func read(at offset: Int64, count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
    }

    private static let amazon = "https://s3.eu-central-1.amazonaws.com"
    private static let hello = Array("hello world".utf8)

    private func store(
        _ http: ScriptedHTTPClient,
        _ url: String = amazon,
        _ environment: [String: String] = [:]
    ) throws -> S3ObjectStore {
        let settings = try AWSSettings(
            environment: environment.merging(["AWS_REGION": "eu-central-1", "AWS_ENDPOINT_URL_S3": url]) { $1 }
        )
        return S3ObjectStore(bucket: "media", client: http.awsClient(), endpoint: settings.s3)
    }

    @Test func overTLSTheChecksumStandsInForTheBodysDigest() async throws {
        let http = ScriptedHTTPClient { _, _ in .init() }
        _ = try await store(http).putIfAbsent("a", Self.hello, contentType: "x/y")
        let headers = http.requests[0].headers
        #expect(headers["x-amz-checksum-crc32"] == "DUoRhQ==")
        #expect(headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD")
        #expect(headers["Authorization"]?.contains(";x-amz-checksum-crc32;") == true, "the checksum is signed")
        #expect(http.requests[0].body == Self.hello)
    }

    @Test func withoutTLSTheBodyIsSigned() async throws {
        let http = ScriptedHTTPClient { _, _ in .init() }
        let environment = ["AWS_REQUEST_CHECKSUM_CALCULATION": "WHEN_SUPPORTED"]
        _ = try await store(http, "http://localhost:9000", environment)
            .putIfAbsent("a", Self.hello, contentType: "x/y")
        let headers = http.requests[0].headers
        #expect(headers["x-amz-checksum-crc32"] == "DUoRhQ==")
        #expect(
            headers["x-amz-content-sha256"] == "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"
        )
    }

    /// aws-sdk-js-v3#6810.
    @Test func otherVendorsStoresGetNoChecksumsTheyMightRefuse() async throws {
        let http = ScriptedHTTPClient { request, _ in
            request.url.hasSuffix("?uploads=")
                ? .init(body: "<R><UploadId>u1</UploadId></R>") : .init(headers: ["ETag": "\"e\""], body: "<R></R>")
        }
        let store = try store(http, "https://objects.example.com")
        _ = try await store.putIfAbsent("a", Self.hello, contentType: "x/y")
        try await store.upload("b", from: ZeroSource(byteCount: 17 << 20), contentType: "x/y") { _ in }
        _ = try await store.stream("a")
        for request in http.requests {
            let names = request.headers.fields.map { $0.name.lowercased() }
            #expect(!names.contains { $0.contains("checksum") || $0.contains("trailer") }, "\(names)")
            #expect(request.headers["x-amz-content-sha256"]?.count == 64, "the store checks the body by its digest")
        }
    }

    @Test func partsAndTheirListCarryTheirChecksums() async throws {
        let http = ScriptedHTTPClient { request, _ in
            request.url.hasSuffix("?uploads=")
                ? .init(body: "<R><UploadId>u1</UploadId></R>") : .init(headers: ["ETag": "\"e\""], body: "<R></R>")
        }
        try await store(http).upload("a", from: ZeroSource(byteCount: 17 << 20), contentType: "x/y") { _ in }
        #expect(http.requests.first?.headers["x-amz-checksum-algorithm"] == "CRC32")
        let parts = http.requests.filter { $0.url.contains("partNumber") }
        let sums = parts.sorted { $0.url < $1.url }.compactMap { $0.headers["x-amz-checksum-crc32"] }
        #expect(sums.count == 2)
        let list = String(decoding: try #require(http.requests.last).body, as: UTF8.self)
        for (index, sum) in sums.enumerated() {
            let part =
                "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\"e\"</ETag><ChecksumCRC32>\(sum)</ChecksumCRC32>"
            #expect(list.contains(part), "\(list)")
        }
    }

    private func read(_ body: String, stating checksum: String) async throws -> [UInt8] {
        let http = ScriptedHTTPClient { _, _ in .init(headers: ["x-amz-checksum-crc32": checksum], body: body) }
        let stream = try await store(http).stream("a")
        #expect(http.requests[0].headers["x-amz-checksum-mode"] == "ENABLED")
        var bytes: [UInt8] = []
        while let chunk = try await stream.next() { bytes += chunk }
        return bytes
    }

    @Test func whatIsReadWholeIsHeldToTheStoresChecksum() async throws {
        #expect(try await read("hello world", stating: "DUoRhQ==") == Self.hello)
        let fault = await #expect(throws: Fault.self) { try await read("hello worlt", stating: "DUoRhQ==") }
        #expect(fault?.faultClass == "retry")
    }

    @Test func aChecksumOfPartsSaysNothingOfTheWhole() async throws {
        #expect(try await read("hello world", stating: "AAAAAA==-2") == Self.hello)
    }

    @Test(arguments: [
        ("AWS_REQUEST_CHECKSUM_CALCULATION", "always"), ("AWS_RESPONSE_CHECKSUM_VALIDATION", "yes"),
        ("MEDIA_S3_ADDRESSING", "host"), ("MEDIA_S3_PAYLOAD", "stream"),
    ])
    func aWrongWordIsNamedInOneLine(_ name: String, _ value: String) {
        let fault = #expect(throws: Fault.self) {
            try AWSSettings(environment: ["AWS_REGION": "eu-central-1", name: value])
        }
        #expect(fault?.description.contains("\(name) is '\(value)'; it must be ") == true)
    }

    @Test func aTrailerWithoutTLSIsRefusedAtTheStart() {
        let fault = #expect(throws: Fault.self) {
            try AWSSettings(environment: [
                "AWS_REGION": "eu-central-1", "AWS_ENDPOINT_URL": "http://localhost:9000",
                "MEDIA_S3_PAYLOAD": "trailer",
            ])
        }
        #expect(fault?.description.contains("MEDIA_S3_PAYLOAD") == true)
    }
}
