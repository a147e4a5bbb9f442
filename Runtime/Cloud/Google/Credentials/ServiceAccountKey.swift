internal import FoundationEssentials
package import Pipeline

/// A service account's key file. Never printed.
package struct ServiceAccountKey: Sendable {
    private static let lifetimeSeconds: Int64 = 3600

    /// Where assertions are changed for access tokens.
    let tokenURI: String
    private let email: String
    private let keyID: String
    private let privateKey: String

    /// Reads the file that `GOOGLE_APPLICATION_CREDENTIALS` names.
    ///
    /// - Parameter path: of the file.
    /// - Throws: reject, where it can't be read or is no service account's key.
    package init(path: String) throws(Fault) {
        let operation = AccessTokenRequest.operation
        guard let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw .reject(operation, "GOOGLE_APPLICATION_CREDENTIALS can't be read: \(path)")
        }
        guard let file = try? JSONDecoder().decode(File.self, from: data), file.type == "service_account" else {
            throw .reject(operation, "GOOGLE_APPLICATION_CREDENTIALS is no service account's key: \(path)")
        }
        tokenURI = file.tokenURI
        email = file.clientEmail
        keyID = file.privateKeyID
        privateKey = file.privateKey
    }

    /// A JSON Web Token (RFC 7523) that is changed for an access token.
    ///
    /// - Parameter seconds: Unix seconds, from which it holds for an hour.
    /// - Returns: header, claims and signature.
    /// - Throws: reject, where the file's private key is none of RSA.
    package func assertion(at seconds: Int64) throws(Fault) -> String {
        let claims = Claims(
            iss: email,
            scope: AccessTokenRequest.scope,
            aud: tokenURI,
            iat: seconds,
            exp: seconds + Self.lifetimeSeconds
        )
        guard let header = try? JSONEncoder().encode(Header(kid: keyID)), let claims = try? JSONEncoder().encode(claims)
        else { throw .reject(AccessTokenRequest.operation, "the assertion can't be written as JSON") }
        let signed = [header, claims].map { Self.base64URL([UInt8]($0)) }.joined(separator: ".")
        guard let signature = RS256.signature(of: Array(signed.utf8), privateKey: privateKey) else {
            throw .reject(AccessTokenRequest.operation, "the service account's private key is no RSA key in PEM")
        }
        return "\(signed).\(Self.base64URL(signature))"
    }

    /// Base64 for URLs, without padding (RFC 4648, 5).
    private static func base64URL(_ bytes: [UInt8]) -> String {
        String(
            Base64.encoded(bytes).compactMap { character in
                switch character {
                case "+": "-"
                case "/": "_"
                case "=": nil
                default: character
                }
            }
        )
    }

    private struct Header: Encodable {
        let alg = "RS256"
        let typ = "JWT"
        let kid: String
    }

    private struct Claims: Encodable {
        let iss: String
        let scope: String
        let aud: String
        let iat: Int64
        let exp: Int64
    }

    private struct File: Decodable {
        enum CodingKeys: String, CodingKey {
            case type
            case clientEmail = "client_email"
            case privateKeyID = "private_key_id"
            case privateKey = "private_key"
            case tokenURI = "token_uri"
        }
        let type: String
        let clientEmail: String
        let privateKeyID: String
        let privateKey: String
        let tokenURI: String
    }
}
