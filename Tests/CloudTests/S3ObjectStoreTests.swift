import Cloud
import Pipeline
import Testing

@Suite struct S3ObjectStoreTests {
    private struct ZeroSource: ByteSource {
        let byteCount: Int64
        func read(at offset: Int64, count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
    }

    private let custom = S3Endpoint(AWSEndpoint(scheme: "http", authority: "localhost:9000", isCustom: true))
    private let amazon = S3Endpoint(
        AWSEndpoint(scheme: "https", authority: "s3.eu-central-1.amazonaws.com", isCustom: false)
    )

    private func store(_ http: ScriptedHTTPClient) -> S3ObjectStore {
        S3ObjectStore(bucket: "media", client: http.awsClient(), endpoint: custom)
    }

    @Test func bucketsAreHostsOnAmazonAndPathsElsewhere() async throws {
        let http = ScriptedHTTPClient { _, _ in .init() }
        let client = http.awsClient()
        _ = try await S3ObjectStore(bucket: "media", client: client, endpoint: amazon).info("a b/ü")
        _ = try await S3ObjectStore(bucket: "my.media", client: client, endpoint: amazon).info("a")
        _ = try await S3ObjectStore(bucket: "media", client: client, endpoint: custom).info("a")
        #expect(
            http.requests.map(\.url) == [
                "https://media.s3.eu-central-1.amazonaws.com/a%20b/%C3%BC",
                "https://s3.eu-central-1.amazonaws.com/my.media/a", "http://localhost:9000/media/a",
            ]
        )
    }

    @Test func theSettingForAddressingGoesBeforeTheHost() async throws {
        let http = ScriptedHTTPClient { _, _ in .init() }
        let client = http.awsClient()
        var (own, theirs) = (custom, amazon)
        own.addressing = .virtual
        theirs.addressing = .path
        _ = try await S3ObjectStore(bucket: "media", client: client, endpoint: own).info("a")
        _ = try await S3ObjectStore(bucket: "media", client: client, endpoint: theirs).info("a")
        #expect(
            http.requests.map(\.url) == [
                "http://media.localhost:9000/a", "https://s3.eu-central-1.amazonaws.com/media/a",
            ]
        )
    }

    @Test func aPresignedURLIsAsTheDocumentationHasIt() async throws {
        let http = ScriptedHTTPClient { _, _ in .init() }
        let url = try await store(http).presign("a", expires: .seconds(90))
        #expect(http.requests.isEmpty)
        #expect(
            url.hasPrefix("http://localhost:9000/media/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F")
        )
        #expect(url.contains("&X-Amz-Date=20260101T000000Z&X-Amz-SignedHeaders=host&X-Amz-Expires=90&X-Amz-Signature="))
    }

    @Test func anUploadThatFailsLeavesNoParts() async throws {
        let http = ScriptedHTTPClient { request, _ in
            if request.url.hasSuffix("?uploads=") { return .init(body: "<R><UploadId>u1</UploadId></R>") }
            if request.url.contains("partNumber=2") {
                return .init(status: 403, body: "<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
            }
            return .init(status: 200, headers: ["ETag": "\"e\""])
        }
        let fault = await #expect(throws: Fault.self) {
            try await store(http).upload("a", from: ZeroSource(byteCount: 50 << 20), contentType: "x/y") { _ in }
        }
        #expect(fault?.verdict == .reject(reason: "AccessDenied: no"))
        #expect(http.requests.last?.method == "DELETE")
        #expect(http.requests.last?.url == "http://localhost:9000/media/a?uploadId=u1")
    }

    @Test func anErrorBehindA200IsAnError() async throws {
        let http = ScriptedHTTPClient { request, _ in
            if request.url.hasSuffix("?uploads=") { return .init(body: "<R><UploadId>u1</UploadId></R>") }
            if request.method == "POST" {
                return .init(body: "  \n<Error><Code>InternalError</Code><Message>m</Message></Error>")
            }
            return .init(status: 200, headers: ["ETag": "\"e\""])
        }
        let fault = await #expect(throws: Fault.self) {
            try await store(http).upload("a", from: ZeroSource(byteCount: 17 << 20), contentType: "x/y") { _ in }
        }
        #expect(fault?.operation == "s3.CompleteMultipartUpload")
        #expect(fault?.serviceError?.code == "InternalError")
        #expect(http.requests.count { $0.url.hasSuffix("?uploadId=u1") && $0.method == "POST" } == 3, "tried again")
    }

    @Test func aConcurrentWriteIsTriedAgainAndThenDecided() async throws {
        let http = ScriptedHTTPClient { _, number in
            number < 3
                ? .init(status: 409, body: "<Error><Code>ConditionalRequestConflict</Code></Error>")
                : .init(status: 412, body: "<Error><Code>PreconditionFailed</Code></Error>")
        }
        #expect(try await store(http).putIfAbsent("a", [1], contentType: "x/y") == .existed)
        #expect(http.requests.count == 3)
        #expect(http.requests.allSatisfy { $0.headers["If-None-Match"] == "*" })
    }

    @Test func aConcurrentWriteInPartsBeginsAnewWithItsCreation() async throws {
        let http = ScriptedHTTPClient { request, number in
            if request.url.hasSuffix("?uploads=") { return .init(body: "<R><UploadId>u\(number)</UploadId></R>") }
            guard request.method == "POST" else { return .init(status: 200, headers: ["ETag": "\"e\""]) }
            return request.url.hasSuffix("uploadId=u1")
                ? .init(status: 409, body: "<Error><Code>ConditionalRequestConflict</Code></Error>")
                : .init(body: "<CompleteMultipartUploadResult></CompleteMultipartUploadResult>")
        }
        let bytes = [UInt8](repeating: 0, count: 17 << 20)
        #expect(try await store(http).putIfAbsent("a", bytes, contentType: "x/y") == .written)
        #expect(http.requests.count { $0.url.hasSuffix("?uploads=") } == 2)
        #expect(http.requests.count { $0.method == "DELETE" } == 1, "the parts of the first are gone")
    }

    @Test func aCompletionWhoseAnswerGotLostIsNoFailure() async throws {
        let http = ScriptedHTTPClient { (request, number) throws(Fault) in
            if request.url.hasSuffix("?uploads=") { return .init(body: "<R><UploadId>u\(number)</UploadId></R>") }
            guard request.method == "POST" else { return .init(status: 200, headers: ["ETag": "\"e\""]) }
            switch number {
            case 4: throw .retry(request.operation)
            case 5: return .init(status: 404, body: "<Error><Code>NoSuchUpload</Code></Error>")
            default: return .init(status: 412, body: "<Error><Code>PreconditionFailed</Code></Error>")
            }
        }
        let bytes = [UInt8](repeating: 0, count: 17 << 20)
        #expect(try await store(http).putIfAbsent("a", bytes, contentType: "x/y") == .existed)
        #expect(http.requests.count { $0.url.hasSuffix("?uploads=") } == 2)
    }

    @Test func whatIsThereIsKeptWhereItIsWrittenInPartsToo() async throws {
        let http = ScriptedHTTPClient { request, _ in
            if request.url.hasSuffix("?uploads=") { return .init(body: "<R><UploadId>u1</UploadId></R>") }
            guard request.method == "POST" else { return .init(status: 200, headers: ["ETag": "\"e\""]) }
            return .init(status: 412, body: "<Error><Code>PreconditionFailed</Code></Error>")
        }
        let bytes = [UInt8](repeating: 0, count: 17 << 20)
        #expect(try await store(http).putIfAbsent("a", bytes, contentType: "x/y") == .existed)
        #expect(http.requests.last?.method == "DELETE")
    }

    @Test func openingTakesOneRequestAndKeepsWhatItBrought() async throws {
        let http = ScriptedHTTPClient { _, _ in
            .init(status: 206, headers: ["Content-Range": "bytes 0-4/5", "ETag": "\"e\""], body: "12345")
        }
        let source = try await store(http).open("a")
        #expect(source.byteCount == 5)
        #expect(try await source.read(at: 1, count: 10) == Array("2345".utf8))
        #expect(http.requests.map { "\($0.method) \($0.headers["Range"] ?? "")" } == ["GET bytes=0-262143"])
    }

    @Test func anEmptyObjectHasNoRangeAndIsOpenedNevertheless() async throws {
        let http = ScriptedHTTPClient { request, _ in
            request.method == "HEAD"
                ? .init(headers: ["Content-Length": "0", "ETag": "\"e\""])
                : .init(status: 416, body: "<Error><Code>InvalidRange</Code></Error>")
        }
        let source = try await store(http).open("a")
        #expect(source.byteCount == 0)
        #expect(try await source.read(at: 0, count: 1).isEmpty)
    }

    @Test func whatCameOfARangeThatBrokeOffIsNotReadAgain() async throws {
        let head = String(repeating: "h", count: 256 << 10)
        let http = ScriptedHTTPClient { request, number in
            number == 1
                ? .init(status: 206, headers: ["Content-Range": "bytes 0-262143/262200", "ETag": "\"e\""], body: head)
                : .init(status: 206, body: number == 2 ? "12345" : "67890")
        }
        let source = try await store(http).open("a")
        #expect(try await source.read(at: 262_142, count: 12) == Array("hh1234567890".utf8))
        #expect(
            http.requests.dropFirst().map { $0.headers["Range"] } == ["bytes=262144-262153", "bytes=262149-262153"]
        )
        #expect(http.requests.dropFirst().allSatisfy { $0.headers["If-Match"] == "\"e\"" })
    }

    @Test func aRangeThatStaysShortMayBeTriedAgain() async throws {
        let head = String(repeating: "h", count: 256 << 10)
        let http = ScriptedHTTPClient { _, number in
            number == 1
                ? .init(status: 206, headers: ["Content-Range": "bytes 0-262143/262200", "ETag": "\"e\""], body: head)
                : .init(status: 206)
        }
        let source = try await store(http).open("a")
        let fault = await #expect(throws: Fault.self) { try await source.read(at: 262_144, count: 10) }
        #expect(fault?.faultClass == "retry")
        #expect(http.requests.count == 4, "tried again")
    }

    @Test func keysThatCouldNotBeRemovedAreNamed() async throws {
        let http = ScriptedHTTPClient { _, _ in
            .init(body: "<DeleteResult><Error><Key>b&amp;</Key><Code>AccessDenied</Code></Error></DeleteResult>")
        }
        let results = await store(http).delete(["a", "b&", "c"])
        #expect(results.map { (try? $0.get()) != nil } == [true, false, true])
        #expect(String(decoding: http.requests[0].body, as: UTF8.self).contains("<Key>b&amp;</Key>"))
    }

    @Test func aDocumentTypeInAnAnswerIsRefused() async throws {
        let http = ScriptedHTTPClient { _, _ in
            .init(body: #"<!DOCTYPE r [<!ENTITY e "x">]><ListBucketResult><Key>&e;</Key></ListBucketResult>"#)
        }
        await #expect(throws: Fault.self) { try await store(http).list(prefix: "", after: "", atMost: 1) }
    }
}
