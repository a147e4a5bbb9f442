package import Pipeline

/// A bucket of S3, or of a store that speaks its protocol.
package struct S3ObjectStore: ObjectStore {
    /// Larger objects are written in parts.
    static let partByteCount = 16 << 20
    /// How long a transfer of bytes may stand still.
    static let stall = HTTPTimeout.stall(.seconds(30))
    /// How much comes with opening an object; the headers of most media files end within it.
    static let headByteCount = 256 << 10
    private static let listCount = 1000

    let client: AWSClient
    let bucket: S3Bucket

    package init(bucket: String, client: AWSClient, endpoint: S3Endpoint) {
        self.client = client
        self.bucket = S3Bucket(name: bucket, endpoint: endpoint)
    }

    package func info(_ key: String) async throws(Fault) -> ObjectInfo? {
        do throws(Fault) {
            let response = try await client.call(bucket.request("HeadObject", "HEAD", key: key))
            return info(key, response.headers)
        } catch {
            if error.serviceError?.status == 404 { return nil }
            throw error
        }
    }

    /// One request tells what the object is and brings its beginning, which whoever opens it reads first.
    package func open(_ key: String) async throws(Fault) -> any ByteSource {
        let range = "bytes=0-\(Self.headByteCount - 1)"
        let request = bucket.request("GetObject", "GET", key: key, headers: ["Range": range], timeout: Self.stall)
        let answer: AWSResponse
        do throws(Fault) { answer = try await client.call(request, atMost: Self.headByteCount) } catch {
            // An empty object has no byte to begin with.
            guard error.serviceError?.status == 416 else { throw explained(error, key) }
            return try await openEmpty(key)
        }
        // A store may answer with the whole of what is smaller than the range.
        guard answer.status == 206 else {
            let info = info(key, answer.headers, byteCount: Int64(answer.body.count))
            return S3ByteSource(store: self, info: info, head: answer.body)
        }
        guard let total = answer.headers["Content-Range"].flatMap(Self.byteCount(inRange:)),
            answer.body.count == min(Int(clamping: total), Self.headByteCount)
        else { throw .retry(request.operation, underlying: S3AnswerError(expected: "the range that was asked for")) }
        return S3ByteSource(store: self, info: info(key, answer.headers, byteCount: total), head: answer.body)
    }

    private func openEmpty(_ key: String) async throws(Fault) -> any ByteSource {
        guard let info = try await info(key) else {
            throw .reject("s3.HeadObject", "there is no object \(key) in \(bucket.name)")
        }
        return S3ByteSource(store: self, info: info, head: [])
    }

    /// Reads the last number of "bytes 0-99/1234".
    private static func byteCount(inRange text: String) -> Int64? {
        text.split(separator: "/").last.flatMap { Int64($0) }
    }

    package func stream(_ key: String) async throws(Fault) -> any ByteStream {
        let asksForChecksum = bucket.store.responseChecksums == .whenSupported
        let request = bucket.request(
            "GetObject",
            "GET",
            key: key,
            headers: asksForChecksum ? ["x-amz-checksum-mode": "ENABLED"] : [:],
            timeout: Self.stall
        )
        let response: HTTPResponse
        do throws(Fault) { response = try await client.open(request) } catch { throw explained(error, key) }
        let stated = asksForChecksum ? S3Checksum.stated(by: response.headers) : nil
        return S3ByteStream(info: info(key, response.headers), body: response.body, expected: stated)
    }

    package func presign(_ key: String, expires: Duration) async throws(Fault) -> String {
        try await client.presign(bucket.request("GetObject", "GET", key: key), expires: expires)
    }

    package func putIfAbsent(
        _ key: String,
        _ bytes: [UInt8],
        contentType: String
    ) async throws(Fault) -> PutOutcome {
        try await S3Upload(store: self, key: key, contentType: contentType, mayOverwrite: false)
            .run(MemoryBytes(bytes)) { _ in }
    }

    package func upload(
        _ key: String,
        from source: any ByteSource,
        contentType: String,
        progress: @Sendable (Int64) -> Void
    ) async throws(Fault) {
        _ = try await S3Upload(store: self, key: key, contentType: contentType, mayOverwrite: true)
            .run(source, progress)
    }

    package func list(
        prefix: String,
        after key: String,
        atMost count: Int
    ) async throws(Fault) -> [ObjectInfo] {
        var found: [ObjectInfo] = []
        var last = key
        while found.count < count {
            let wanted = min(count - found.count, Self.listCount)
            let (page, isLast) = try await page(prefix: prefix, after: last, atMost: wanted)
            found += page
            guard !isLast, let end = page.last else { break }
            last = end.key
        }
        return found
    }

    package func delete(_ keys: [String]) async -> [Result<Void, Fault>] {
        await S3Removal(store: self).run(keys)
    }

    /// A fault of a read, in words for the key.
    func explained(_ fault: Fault, _ key: String) -> Fault {
        switch (fault.serviceError?.status, fault.serviceError?.code) {
        case (404, "NoSuchBucket"): fault
        case (404, _): .reject(fault.operation, "there is no object \(key) in \(bucket.name)")
        case (412, _): .retry("\(fault.operation): \(key) was overwritten while it was read")
        default: fault
        }
    }

    private func page(
        prefix: String,
        after key: String,
        atMost count: Int
    ) async throws(Fault) -> (objects: [ObjectInfo], isLast: Bool) {
        var query = [
            (name: "list-type", value: "2"), (name: "max-keys", value: String(count)),
            (name: "prefix", value: prefix), (name: "encoding-type", value: "url"),
        ]
        if !key.isEmpty { query.append((name: "start-after", value: key)) }
        let response = try await client.call(bucket.request("ListObjectsV2", "GET", query: query))
        guard let root = XMLDocument.root(response.body) else {
            throw .retry("s3.ListObjectsV2", underlying: S3AnswerError(expected: "a list"))
        }
        let isEncoded = root["EncodingType"] == "url"
        let objects = root.all("Contents").compactMap { element -> ObjectInfo? in
            guard let written = element["Key"], let size = element["Size"].flatMap({ Int64($0) }),
                let key = isEncoded ? ObjectKeyEncoding.decoded(written) : written
            else { return nil }
            return ObjectInfo(
                key: key,
                byteCount: size,
                entityTag: element["ETag"] ?? "",
                modifiedMilliseconds: element["LastModified"].flatMap(Timestamp.unixMilliseconds)
            )
        }
        return (objects, root["IsTruncated"] != "true")
    }

    private func info(_ key: String, _ headers: HTTPHeaders, byteCount: Int64? = nil) -> ObjectInfo {
        ObjectInfo(
            key: key,
            byteCount: byteCount ?? headers["Content-Length"].flatMap { Int64($0) } ?? 0,
            entityTag: headers["ETag"] ?? "",
            contentType: headers["Content-Type"]
        )
    }
}
