internal import FoundationEssentials

/// Credentials in the JSON of agents, of the metadata service and of programs.
struct CredentialDocument: Decodable {
    enum CodingKeys: String, CodingKey {
        case code = "Code"
        case accessKeyID = "AccessKeyId"
        case secretAccessKey = "SecretAccessKey"
        case token = "Token"
        case sessionToken = "SessionToken"
        case expiration = "Expiration"
    }

    /// "Success", or why there are none; agents and programs leave it out.
    private let code: String?
    private let accessKeyID: String?
    private let secretAccessKey: String?
    /// Of agents.
    private let token: String?
    /// Of programs.
    private let sessionToken: String?
    private let expiration: String?

    /// Reads credentials.
    ///
    /// - Parameters:
    ///   - bytes: the JSON.
    ///   - canLast: whether they may have no end.
    /// - Returns: nil where the bytes hold something else, such as an error under a status of 200.
    static func credentials(_ bytes: [UInt8], canLast: Bool = false) -> ExpiringCredentials? {
        guard let document = try? JSONDecoder().decode(Self.self, from: Data(bytes)),
            document.code == nil || document.code == "Success",
            let id = document.accessKeyID, !id.isEmpty, let secret = document.secretAccessKey, !secret.isEmpty
        else { return nil }
        let token = document.token ?? document.sessionToken
        let credentials = SigningCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token)
        guard let expiration = document.expiration else {
            return canLast ? ExpiringCredentials(credentials: credentials, expirySeconds: .max) : nil
        }
        // Programs write UTC as an offset too.
        let utc = expiration.hasSuffix("+00:00") ? expiration.dropLast(6) + "Z" : expiration
        return UnixTime.parse(rfc3339: utc).map { ExpiringCredentials(credentials: credentials, expirySeconds: $0) }
    }
}
