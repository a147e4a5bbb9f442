package import Pipeline

/// Where access tokens for Google's services come from.
package protocol AccessTokenProvider: Sendable {
    /// A token that holds for some minutes from now.
    ///
    /// - Returns: from memory in nearly every case; safe to call for each request.
    /// - Throws: retry, where its source did not answer; reject, where there is none.
    func accessToken() async throws(Fault) -> String
}
