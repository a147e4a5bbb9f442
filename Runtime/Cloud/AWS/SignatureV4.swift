/// AWS Signature Version 4: pure functions from a request to its signature.
///
/// Source: "Create a signed AWS API request", IAM user guide.
package struct SignatureV4: Sendable {
    package let credentials: SigningCredentials
    package let region: String
    package let service: String
    /// `yyyyMMdd'T'HHmmss'Z'`, UTC.
    package let timestamp: String
    /// Whether dot segments and doubled slashes of the path are resolved and the path is encoded once more: for every
    /// service but S3.
    package var normalizesPath = true
    package var encodesPath = true
    /// Whether `x-amz-content-sha256` is sent and signed.
    package var signsBody = false
    /// Whether the session token is added after signing.
    package var omitsSessionToken = false

    package init(credentials: SigningCredentials, region: String, service: String, timestamp: String) {
        self.credentials = credentials
        self.region = region
        self.service = service
        self.timestamp = timestamp
    }

    /// Signs with the `Authorization` header: adds the date, the token, the digest where asked for.
    package func signingHeaders(of request: SignableRequest) -> Signed {
        var headers = request.headers
        headers.append(("X-Amz-Date", timestamp))
        if let token = credentials.sessionToken, !omitsSessionToken { headers.append(("X-Amz-Security-Token", token)) }
        if signsBody { headers.append(("x-amz-content-sha256", request.payloadDigest)) }
        let canonical = CanonicalHeaders(headers)
        return signed(request, query: request.query, headers: canonical)
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
        query.append(("X-Amz-Signature", presigning(request, expiresSeconds: expiresSeconds).signature))
        if let token = credentials.sessionToken, omitsSessionToken { query.append(("X-Amz-Security-Token", token)) }
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
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope)"),
            ("X-Amz-Date", timestamp), ("X-Amz-SignedHeaders", headers.names),
            ("X-Amz-Expires", String(expiresSeconds)),
        ]
        if let token = credentials.sessionToken, !omitsSessionToken { query.append(("X-Amz-Security-Token", token)) }
        return query
    }

    private var day: String { String(timestamp.prefix(8)) }
    private var scope: String { "\(day)/\(region)/\(service)/aws4_request" }

    private func signed(
        _ request: SignableRequest,
        query: [(name: String, value: String)],
        headers: CanonicalHeaders
    ) -> Signed {
        let canonicalRequest = [
            request.method, canonicalPath(request.path), Self.canonicalQuery(query), headers.lines, headers.names,
            request.payloadDigest,
        ].joined(separator: "\n")
        let digest = Hexadecimal.encoded(SHA256.digest(Array(canonicalRequest.utf8)))
        let stringToSign = "AWS4-HMAC-SHA256\n\(timestamp)\n\(scope)\n\(digest)"
        let signature = SHA256.authenticationCode(Array(stringToSign.utf8), key: signingKey())
        return Signed(
            canonicalRequest: canonicalRequest,
            stringToSign: stringToSign,
            signature: Hexadecimal.encoded(signature),
            authorization: "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), "
                + "SignedHeaders=\(headers.names), Signature=\(Hexadecimal.encoded(signature))"
        )
    }

    private func signingKey() -> [UInt8] {
        var key = Array("AWS4\(credentials.secretAccessKey)".utf8)
        for part in [day, region, service, "aws4_request"] {
            key = SHA256.authenticationCode(Array(part.utf8), key: key)
        }
        return key
    }

    private func canonicalPath(_ path: String) -> String {
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
        query
            .map { (PercentEncoding.encoded($0.name), PercentEncoding.encoded($0.value)) }
            .sorted { $0 < $1 }
            .map { "\($0.0)=\($0.1)" }
            .joined(separator: "&")
    }
}
