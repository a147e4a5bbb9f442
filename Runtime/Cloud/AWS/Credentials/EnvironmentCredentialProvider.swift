package import Pipeline

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, where there is one, `AWS_SESSION_TOKEN`.
package struct EnvironmentCredentialProvider: CredentialProvider {
    private let fixed: SigningCredentials

    /// Reads the variables; nil where there is no access key.
    ///
    /// - Parameter environment: the process's variables; an empty one counts as not set.
    /// - Throws: reject, where there is an access key without its secret.
    package init?(environment: [String: String]) throws(Fault) {
        guard let accessKeyID = environment["AWS_ACCESS_KEY_ID"], !accessKeyID.isEmpty else { return nil }
        guard let secret = environment["AWS_SECRET_ACCESS_KEY"], !secret.isEmpty else {
            throw .reject("aws.credentials", "AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not; set both")
        }
        let token = environment["AWS_SESSION_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
        fixed = SigningCredentials(accessKeyID: accessKeyID, secretAccessKey: secret, sessionToken: token)
    }

    package func credentials() -> SigningCredentials { fixed }
}
