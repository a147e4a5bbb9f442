internal import Pipeline

/// Credentials that are known from the start and have no end.
struct FixedCredentialProvider: CredentialProvider {
    let fixed: SigningCredentials

    func credentials() -> SigningCredentials { fixed }
}
