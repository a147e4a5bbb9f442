/// An access token with an end. Never printed.
struct AccessToken: Sendable {
    let value: String
    /// Unix seconds.
    let expirySeconds: Int64
}
