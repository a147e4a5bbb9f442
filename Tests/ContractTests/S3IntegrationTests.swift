import Cloud
import Foundation
import Pipeline
import Testing

/// What S3 alone has.
@Suite(.contract(.s3), .timeLimit(.minutes(5))) struct S3IntegrationTests {
    private func makeBucket(_ server: ContractServer) async throws -> (AWSServer, String) {
        let stack = try await AWSServer.running(server)
        let bucket = "s3-\(UUID().uuidString.lowercased())"
        try await stack.s3Administration.create(bucket)
        return (stack, bucket)
    }

    @Test(arguments: AWSServer.kinds)
    func anybodyMayReadByAPresignedURL(_ server: ContractServer) async throws {
        let (stack, bucket) = try await makeBucket(server)
        let store = stack.store(bucket)
        _ = try await store.putIfAbsent("a b/ü", [1, 2, 3], contentType: "x/y")
        let url = try await store.presign("a b/ü", expires: .seconds(60))
        #expect(url.contains("X-Amz-Signature="))
        let response = try await stack.http.send(
            HTTPRequest(method: "GET", url: url, timeout: .total(.seconds(5)))
        )
        #expect(try await response.body.collect(atMost: 10) == [1, 2, 3])
    }

    @Test(arguments: AWSServer.kinds)
    func makingABucketTwiceKeepsIt(_ server: ContractServer) async throws {
        let (stack, bucket) = try await makeBucket(server)
        try await stack.s3Administration.create(bucket)
        #expect(try await stack.store(bucket).list(prefix: "", after: "", atMost: 1).isEmpty)
    }

    @Test(arguments: AWSServer.kinds)
    func aLargeObjectIsNotOverwrittenEither(_ server: ContractServer) async throws {
        let (stack, bucket) = try await makeBucket(server)
        let store = stack.store(bucket)
        let bytes = [UInt8](repeating: 1, count: 17 << 20)
        #expect(try await store.putIfAbsent("a", bytes, contentType: "x/y") == .written)
        #expect(try await store.putIfAbsent("a", bytes, contentType: "x/y") == .existed)
        #expect(try await store.info("a")?.byteCount == 17 << 20)
    }

    @Test(arguments: AWSServer.kinds)
    func listingGoesOnBehindAPage(_ server: ContractServer) async throws {
        let (stack, bucket) = try await makeBucket(server)
        let store = stack.store(bucket)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<8 {
                group.addTask {
                    for index in stride(from: lane, to: 1010, by: 8) {
                        _ = try await store.putIfAbsent("key-\(1000 + index)", [], contentType: "x/y")
                    }
                }
            }
            try await group.waitForAll()
        }
        let listed = try await store.list(prefix: "key-", after: "", atMost: 2000)
        #expect(listed.map(\.key) == (1000..<2010).map { "key-\($0)" })
        for result in await store.delete(listed.map(\.key)) { try result.get() }
        #expect(try await store.list(prefix: "", after: "", atMost: 1).isEmpty)
    }

    @Test(arguments: AWSServer.kinds)
    func aBucketThatDoesNotExistIsAReject(_ server: ContractServer) async throws {
        let stack = try await AWSServer.running(server)
        let fault = await #expect(throws: Fault.self) {
            try await stack.store("missing-\(UUID().uuidString.lowercased())").list(prefix: "", after: "", atMost: 1)
        }
        #expect(fault?.faultClass == "reject")
        #expect(fault?.serviceError?.code == "NoSuchBucket")
    }

    @Test(arguments: AWSServer.kinds)
    func uploadsAndRemovalsLandOnTheQueue(_ server: ContractServer) async throws {
        let (stack, bucket) = try await makeBucket(server)
        let administration = SQSAdministration(caller: stack.sqs)
        let url = try await administration.create("events-\(bucket)", SQSQueueSettings())
        let arn = try await administration.state(of: url).arn
        try await stack.s3Administration.notify(bucket, queues: ["in/": arn])
        let store = stack.store(bucket)
        _ = try await store.putIfAbsent("out/a", [1], contentType: "x/y")
        _ = try await store.putIfAbsent("in/a b", [1, 2], contentType: "x/y")
        try await store.delete(["in/a b"])[0].get()
        let queue = SQSQueue(url: url, caller: stack.sqs)
        var bodies: [String] = []
        for _ in 0..<10 where bodies.count < 2 {
            bodies += try await queue.receive(atMost: 10, wait: .seconds(1), lease: .seconds(60))
                .map { String(decoding: $0.body, as: UTF8.self) }
                .filter { !$0.contains("s3:TestEvent") }
        }
        #expect(bodies.filter { $0.contains("ObjectCreated:Put") && $0.contains("in/a+b") }.count == 1, "\(bodies)")
        #expect(bodies.filter { $0.contains("ObjectRemoved:Delete") }.count == 1, "\(bodies)")
        #expect(bodies.allSatisfy { !$0.contains("out/a") })
    }

    @Test(arguments: AWSServer.kinds)
    func bytesArriveWholeInEveryFormTheyAreSentIn(_ server: ContractServer) async throws {
        let (stack, bucket) = try await makeBucket(server)
        for form in [S3PayloadForm.whole, .signedChunks, .trailer] {
            var endpoint = stack.settings.s3
            endpoint.payloadForm = form
            let store = S3ObjectStore(bucket: bucket, client: stack.client, endpoint: endpoint)
            let source = PatternSource(byteCount: (17 << 20) + 5)
            try await store.upload(form.rawValue, from: source, contentType: "video/mp4") { _ in }
            let small = PatternSource(byteCount: 100_000)
            try await store.upload("small-\(form)", from: small, contentType: "video/mp4") { _ in }
            #expect(try await store.info(form.rawValue)?.byteCount == source.byteCount, "\(form)")
            #expect(
                try await store.open("small-\(form)").read(at: 0, count: 100_000) == small.read(at: 0, count: 100_000),
                "\(form)"
            )
        }
    }

    @Test(arguments: AWSServer.kinds)
    func aStoreGivesBackTheChecksumItTook(_ server: ContractServer) async throws {
        let (stack, bucket) = try await makeBucket(server)
        _ = try await stack.store(bucket).putIfAbsent("a", Array("hello world".utf8), contentType: "x/y")
        let request = AWSRequest(
            operation: "s3.GetObject",
            service: .s3,
            endpoint: stack.settings.s3.endpoint,
            method: "GET",
            path: "/\(bucket)/a",
            headers: ["x-amz-checksum-mode": "ENABLED"]
        )
        #expect(try await stack.client.call(request).headers["x-amz-checksum-crc32"] == "DUoRhQ==")
    }

    @Test(arguments: AWSServer.kinds)
    func aBodyThatIsNotWhatItsChecksumSaysIsRefused(_ server: ContractServer) async throws {
        let (stack, bucket) = try await makeBucket(server)
        let request = AWSRequest(
            operation: "s3.PutObject",
            service: .s3,
            endpoint: stack.settings.s3.endpoint,
            method: "PUT",
            path: "/\(bucket)/damaged",
            headers: ["x-amz-checksum-crc32": "AAAAAA=="],
            body: Array("hello world".utf8)
        )
        let fault = await #expect(throws: Fault.self) { try await stack.client.call(request) }
        #expect(fault?.serviceError?.code == "BadDigest", "\(String(describing: fault))")
    }
}
