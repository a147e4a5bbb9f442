import Cloud
import FoundationEssentials
import Pipeline
import Testing

/// AWS's own signing vectors, from the folder that MEDIA_CONFORMANCE names.
@Suite struct SignatureV4Tests {
    private struct Context: Decodable {
        struct Credentials: Decodable {
            let access_key_id: String
            let secret_access_key: String
            let token: String?
        }
        let credentials: Credentials
        let expiration_in_seconds: Int
        let normalize: Bool
        let sign_body: Bool
        let omit_session_token: Bool?
        let region: String
        let service: String
        let timestamp: String
    }

    @Test func everyVectorIsSignedAsAWSSignsIt() throws {
        guard let root = ProcessInfo.processInfo.environment["MEDIA_CONFORMANCE"] else {
            print("SigV4: no case ran, for MEDIA_CONFORMANCE is not set")
            return
        }
        let folder = URL(filePath: root).appending(path: "sigv4")
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
            let vector = folder.appending(path: name)
            guard let json = try? Data(contentsOf: vector.appending(path: "context.json")) else { continue }
            try check(vector, JSONDecoder().decode(Context.self, from: json))
            count += 1
        }
        print("SigV4: \(count) cases ran, header and query form")
        #expect(count == 38)
    }

    private func check(_ vector: URL, _ context: Context) throws {
        var signer = SignatureV4(
            credentials: SigningCredentials(
                accessKeyID: context.credentials.access_key_id,
                secretAccessKey: context.credentials.secret_access_key,
                sessionToken: context.credentials.token
            ),
            region: context.region,
            service: context.service,
            timestamp: context.timestamp.filter { $0 != "-" && $0 != ":" }
        )
        signer.normalizesPath = context.normalize
        signer.signsBody = context.sign_body
        signer.omitsSessionToken = context.omit_session_token ?? false
        let request = try request(text(vector, "request.txt"))
        try compare(signer.signingHeaders(of: request), vector, "header")
        try compare(signer.presigning(request, expiresSeconds: context.expiration_in_seconds), vector, "query")
    }

    private func compare(_ signed: Signed, _ vector: URL, _ form: String) throws {
        let name = "\(vector.lastPathComponent) \(form)"
        #expect(try signed.canonicalRequest == text(vector, "\(form)-canonical-request.txt"), "\(name)")
        #expect(try signed.stringToSign == text(vector, "\(form)-string-to-sign.txt"), "\(name)")
        #expect(try signed.signature == text(vector, "\(form)-signature.txt"), "\(name)")
    }

    private func text(_ vector: URL, _ file: String) throws -> String {
        String(decoding: try Data(contentsOf: vector.appending(path: file)), as: UTF8.self)
    }

    private func request(_ text: String) throws -> SignableRequest {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let words = lines[0].split(separator: " ")
        let target = words.dropFirst().dropLast().joined(separator: " ")
        let cut = target.firstIndex(of: "?")
        var headers: [(name: String, value: String)] = []
        var index = 1
        while index < lines.count, !lines[index].isEmpty {
            if lines[index].first == " ", let last = headers.popLast() {
                headers.append((last.name, last.value + " " + lines[index]))
            } else {
                let colon = try #require(lines[index].firstIndex(of: ":"))
                headers.append((String(lines[index][..<colon]), String(lines[index][colon...].dropFirst())))
            }
            index += 1
        }
        let body = lines.dropFirst(index + 1).joined(separator: "\n")
        return SignableRequest(
            method: String(words[0]),
            path: String(target[..<(cut ?? target.endIndex)]),
            query: cut.map { pairs(target[$0...].dropFirst()) } ?? [],
            headers: headers,
            payloadDigest: Hexadecimal.encoded(SHA256.digest(Array(body.utf8)))
        )
    }

    private func pairs(_ query: Substring) -> [(name: String, value: String)] {
        query.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(decoded)
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }

    private func decoded(_ text: Substring) -> String {
        ObjectKeyEncoding.decoded(String(text)) ?? String(text)
    }
}
