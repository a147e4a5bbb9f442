package import Pipeline

/// Where credentials come from.
package protocol CredentialProvider: Sendable {
    /// Credentials that hold for some minutes from now.
    ///
    /// - Returns: from memory in nearly every case; safe to call for each request.
    /// - Throws: retry, where their source did not answer; reject, where there is none.
    func credentials() async throws(Fault) -> SigningCredentials
}
