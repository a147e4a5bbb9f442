/// AWS Signature Version 4: pure functions from a request to its signature.
///
/// Source: "Create a signed AWS API request", IAM user guide.
package struct SignatureV4: Sendable {
    package let credentials: SigningCredentials
    /// `yyyyMMdd'T'HHmmss'Z'`, UTC.
    package let timestamp: String
    package let scope: SigningScope
    /// Whether dot segments and doubled slashes of the path are resolved and the path is encoded once more: for every
    /// service but S3.
    package var normalizesPath = true
    package var encodesPath = true
    /// Whether `x-amz-content-sha256` is sent and signed.
    package var signsBody = false
    /// Whether the session token is added after signing.
    package var omitsSessionToken = false
    /// The key where it is known already; it is derived otherwise.
    package var key: SigningKey?

    package init(
        credentials: SigningCredentials,
        region: String,
        service: String,
        timestamp: String,
        scheme: SigningScheme = .aws
    ) {
        self.credentials = credentials
        self.timestamp = timestamp
        scope = SigningScope(day: String(timestamp.prefix(8)), region: region, service: service, scheme: scheme)
    }

    private var scheme: SigningScheme { scope.scheme }

    /// Signs with the `Authorization` header: adds the date, the token, the digest where asked for.
    package func signingHeaders(of request: SignableRequest) -> Signed {
        var headers = request.headers
        headers.append((scheme.dateHeader, timestamp))
        if let token = credentials.sessionToken, !omitsSessionToken { headers.append((tokenName, token)) }
        if signsBody { headers.append((scheme.digestHeader, request.payloadDigest)) }
        return signed(request, query: request.query, headers: CanonicalHeaders(headers))
    }

    /// Signs with query parameters, for a presigned URL that holds for `expiresSeconds`.
    package func presigning(_ request: SignableRequest, expiresSeconds: Int) -> Signed {
        let headers = CanonicalHeaders(request.headers)
        return signed(request, query: query(request, headers, expiresSeconds), headers: headers)
    }

    /// The whole query of a presigned URL, decoded.
    package func presignedQuery(
        _ request: SignableRequest,
        expiresSeconds: Int
    ) -> [(name: String, value: String)] {
        var query = query(request, CanonicalHeaders(request.headers), expiresSeconds)
        query.append(
            ("\(scheme.prefix)Signature", presigning(request, expiresSeconds: expiresSeconds).signature)
        )
        if let token = credentials.sessionToken, omitsSessionToken { query.append((tokenName, token)) }
        return query
    }

    /// What a presigned URL's signature covers.
    private func query(
        _ request: SignableRequest,
        _ headers: CanonicalHeaders,
        _ expiresSeconds: Int
    ) -> [(name: String, value: String)] {
        var query = request.query
        query += [
            ("\(scheme.prefix)Algorithm", scheme.algorithm),
            ("\(scheme.prefix)Credential", "\(credentials.accessKeyID)/\(scope.text)"),
            ("\(scheme.prefix)Date", timestamp), ("\(scheme.prefix)SignedHeaders", headers.names),
            ("\(scheme.prefix)Expires", String(expiresSeconds)),
        ]
        if let token = credentials.sessionToken, !omitsSessionToken { query.append((tokenName, token)) }
        return query
    }

    private var tokenName: String { scheme.tokenHeader }

    /// Every worker signs each of its calls: bytes are put one after the other, without texts in between.
    private func signed(
        _ request: SignableRequest,
        query: [(name: String, value: String)],
        headers: CanonicalHeaders
    ) -> Signed {
        var canonical: [UInt8] = []
        canonical.reserveCapacity(1024)
        canonical.append(line: request.method)
        canonical.append(line: canonicalPath(request.path))
        canonical.append(line: Self.canonicalQuery(query))
        canonical += headers.lines
        canonical.append(UInt8(ascii: "\n"))
        canonical.append(line: headers.names)
        canonical.append(contentsOf: request.payloadDigest.utf8)
        var stringToSign: [UInt8] = []
        stringToSign.reserveCapacity(256)
        stringToSign.append(line: scheme.algorithm)
        stringToSign.append(line: timestamp)
        scope.append(to: &stringToSign)
        stringToSign.append(UInt8(ascii: "\n"))
        Hexadecimal.append(SHA256.value(canonical), to: &stringToSign)
        let signature = signingKey.signature(of: stringToSign)
        var authorization: [UInt8] = []
        authorization.reserveCapacity(384)
        authorization.append(contentsOf: scheme.algorithm.utf8)
        authorization.append(contentsOf: " Credential=".utf8)
        authorization.append(contentsOf: credentials.accessKeyID.utf8)
        authorization.append(UInt8(ascii: "/"))
        scope.append(to: &authorization)
        authorization.append(contentsOf: ", SignedHeaders=".utf8)
        authorization.append(contentsOf: headers.names.utf8)
        authorization.append(contentsOf: ", Signature=".utf8)
        authorization.append(contentsOf: signature.utf8)
        return Signed(
            canonicalBytes: canonical,
            signedBytes: stringToSign,
            signature: signature,
            authorization: String(decoding: authorization, as: UTF8.self)
        )
    }

    /// The key that signs.
    var signingKey: SigningKey {
        key
            ?? SigningKey(
                secret: credentials.secretAccessKey,
                day: scope.day,
                region: scope.region,
                service: scope.service,
                scheme: scheme
            )
    }

    private func canonicalPath(_ path: String) -> String {
        guard path != "/" else { return path }
        let path = normalizesPath ? Self.normalized(path) : path
        return encodesPath ? PercentEncoding.encoded(path, keepingSlashes: true) : path
    }

    /// Resolves `.` and `..` and joins slashes (RFC 3986, 5.2.4); a slash at the end stays.
    private static func normalized(_ path: String) -> String {
        var kept: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        for segment in segments where !segment.isEmpty && segment != "." {
            if segment == ".." { _ = kept.popLast() } else { kept.append(segment) }
        }
        let endsInFolder = ["", ".", ".."].contains(segments.last ?? "")
        return kept.isEmpty ? "/" : "/" + kept.joined(separator: "/") + (endsInFolder ? "/" : "")
    }

    private static func canonicalQuery(_ query: [(name: String, value: String)]) -> String {
        guard !query.isEmpty else { return "" }
        return
            query
            .map { (PercentEncoding.encoded($0.name), PercentEncoding.encoded($0.value)) }
            .sorted { $0 < $1 }
            .map { "\($0.0)=\($0.1)" }
            .joined(separator: "&")
    }
}

extension [UInt8] {
    /// Appends a text and a line feed.
    mutating func append(line: String) {
        append(contentsOf: line.utf8)
        append(UInt8(ascii: "\n"))
    }
}
