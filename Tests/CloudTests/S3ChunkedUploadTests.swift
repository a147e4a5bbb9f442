import Pipeline
import Testing

@testable import Cloud

@Suite struct S3ChunkedUploadTests {
    /// The example of "Transferring payload in multiple chunks", Amazon S3 API reference.
    private var signer: SignatureV4 {
        var signer = SignatureV4(
            credentials: SigningCredentials(
                accessKeyID: "AKIAIOSFODNN7EXAMPLE",
                secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
            ),
            region: "us-east-1",
            service: "s3",
            timestamp: "20130524T000000Z"
        )
        (signer.normalizesPath, signer.encodesPath, signer.signsBody) = (false, false, true)
        return signer
    }

    @Test func chunksAreSignedAsInTheDocumentation() {
        let body = [UInt8](repeating: UInt8(ascii: "a"), count: 65 << 10)
        let request = SignableRequest(
            method: "PUT",
            path: "/examplebucket/chunkObject.txt",
            headers: [
                ("Host", "s3.amazonaws.com"), ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ("Content-Encoding", "aws-chunked"), ("x-amz-decoded-content-length", "66560"),
                ("Content-Length", "66824"),
            ],
            payloadDigest: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
        )
        let seed = signer.signingHeaders(of: request).signature
        #expect(seed == "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9")
        let coded = AWSChunkedBody.signed(body, by: signer, seed: seed)
        #expect(coded.count == 66824)
        let heads = String(decoding: coded, as: UTF8.self).split(separator: "\r\n").filter { !$0.hasPrefix("aaa") }
        #expect(
            heads == [
                "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
                "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
                "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
            ]
        )
    }

    @Test func aTrailerStandsBehindTheBody() {
        let coded = AWSChunkedBody.unsigned(Array("hello world".utf8), trailer: ("x-amz-checksum-crc32", "DUoRhQ=="))
        #expect(
            String(decoding: coded, as: UTF8.self)
                == "b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n"
        )
        let empty = AWSChunkedBody.unsigned([], trailer: ("x-amz-checksum-crc32", "AAAAAA=="))
        #expect(String(decoding: empty, as: UTF8.self) == "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n")
    }

    private func sent(_ form: S3PayloadForm) async throws -> HTTPRequest {
        let http = ScriptedHTTPClient { _, _ in .init() }
        var endpoint = S3Endpoint(
            AWSEndpoint(scheme: "https", authority: "s3.eu-central-1.amazonaws.com", isCustom: false)
        )
        endpoint.payloadForm = form
        let store = S3ObjectStore(bucket: "media", client: http.awsClient(), endpoint: endpoint)
        _ = try await store.putIfAbsent("a", Array("hello world".utf8), contentType: "x/y")
        return try #require(http.requests.first)
    }

    @Test func theTrailerFormSaysWhatIsInTheBody() async throws {
        let request = try await sent(.trailer)
        #expect(request.headers["x-amz-content-sha256"] == "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
        #expect(request.headers["Content-Encoding"] == "aws-chunked")
        #expect(request.headers["x-amz-decoded-content-length"] == "11")
        #expect(request.headers["x-amz-trailer"] == "x-amz-checksum-crc32")
        #expect(request.headers["x-amz-sdk-checksum-algorithm"] == "CRC32")
        #expect(request.headers["x-amz-checksum-crc32"] == nil, "a store refuses both")
        #expect(request.body.suffix(4) == [13, 10, 13, 10])
    }

    @Test func signedChunksGoOnFromTheRequestsSignature() async throws {
        let request = try await sent(.signedChunks)
        #expect(request.headers["x-amz-content-sha256"] == "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")
        #expect(request.headers["x-amz-checksum-crc32"] == "DUoRhQ==")
        let lines = String(decoding: request.body, as: UTF8.self).split(separator: "\r\n")
        #expect(lines.count == 3)
        #expect(lines.first?.hasPrefix("b;chunk-signature=") == true)
        #expect(lines.last?.hasPrefix("0;chunk-signature=") == true)
    }
}
