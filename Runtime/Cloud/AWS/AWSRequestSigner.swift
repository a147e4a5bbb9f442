/// Makes requests into what goes on the wire: signed, and with their bodies in the form that the signature asks for.
struct AWSRequestSigner: Sendable {
    let region: String
    let clock: AWSClock
    private let keys = SigningKeyCache()

    init(region: String, clock: AWSClock) {
        self.region = region
        self.clock = clock
    }

    /// Signs a request as of now; without credentials it goes as it is.
    func signed(_ request: AWSRequest, by credentials: SigningCredentials?) -> HTTPRequest {
        var headers = request.headers
        var body = request.body
        let digest = digest(request, &headers)
        if case .trailer(let name, let value) = request.payload {
            body = AWSChunkedBody.unsigned(body, trailer: (name, value))
        }
        if let credentials {
            let signer = signer(request, clock.timestamp, credentials)
            let host = [(name: "Host", value: request.endpoint.authority)]
            let signature = signer.signingHeaders(
                of: signable(request, headers: headers.fields + host, digest: digest)
            )
            let scheme = request.service.scheme
            headers.append(scheme.dateHeader, signer.timestamp)
            if let token = credentials.sessionToken { headers.append(scheme.tokenHeader, token) }
            headers.append(scheme.digestHeader, digest)
            headers.append("Authorization", signature.authorization)
            if request.payload == .signedChunks {
                body = AWSChunkedBody.signed(body, by: signer, seed: signature.signature)
            }
        }
        return HTTPRequest(
            method: request.method,
            url: request.url,
            headers: headers,
            body: body,
            timeout: request.timeout
        )
    }

    /// A URL that holds for so long, percent-encoded.
    func presigned(_ request: AWSRequest, by credentials: SigningCredentials, expires: Duration) -> String {
        let signer = signer(request, clock.timestamp, credentials)
        let seconds = Int(max(.seconds(1), expires).components.seconds)
        let host = [(name: "Host", value: request.endpoint.authority)]
        let signable = signable(request, headers: host, digest: "UNSIGNED-PAYLOAD")
        var presigned = request
        presigned.query = signer.presignedQuery(signable, expiresSeconds: seconds)
        return presigned.url
    }

    /// The body's SHA-256, or the word for the form it is sent in; adds what the form must say of the body.
    private func digest(_ request: AWSRequest, _ headers: inout HTTPHeaders) -> String {
        switch request.payload {
        case .signed: return Hexadecimal.encoded(SHA256.value(request.body))
        case .unsigned: return "UNSIGNED-PAYLOAD"
        case .trailer(let name, _):
            headers.append("Content-Encoding", "aws-chunked")
            headers.append("x-amz-decoded-content-length", String(request.body.count))
            headers.append("x-amz-trailer", name)
            return "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
        case .signedChunks:
            headers.append("Content-Encoding", "aws-chunked")
            headers.append("x-amz-decoded-content-length", String(request.body.count))
            return "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
        }
    }

    private func signer(
        _ request: AWSRequest,
        _ timestamp: String,
        _ credentials: SigningCredentials
    ) -> SignatureV4 {
        var signer = SignatureV4(
            credentials: credentials,
            region: region,
            service: request.service.name,
            timestamp: timestamp,
            scheme: request.service.scheme
        )
        signer.normalizesPath = request.service.normalizesPath
        signer.encodesPath = request.service.normalizesPath
        signer.signsBody = true
        signer.key = keys.key(signer.scope, secret: credentials.secretAccessKey)
        return signer
    }

    private func signable(
        _ request: AWSRequest,
        headers: [(name: String, value: String)],
        digest: String
    ) -> SignableRequest {
        SignableRequest(
            method: request.method,
            path: request.path,
            query: request.query,
            headers: headers,
            payloadDigest: digest
        )
    }
}
