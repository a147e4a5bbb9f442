internal import Pipeline

/// Where credentials are fetched anew.
protocol CredentialSource: Sendable {
    /// Fetches credentials; a cache decides when.
    ///
    /// - Returns: what the source has now.
    /// - Throws: retry, where the source did not answer; reject, where it refuses or answers with something else.
    func load() async throws(Fault) -> ExpiringCredentials
}
