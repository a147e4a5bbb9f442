/// Credentials with an end.
struct ExpiringCredentials: Sendable {
    let credentials: SigningCredentials
    /// Unix seconds.
    let expirySeconds: Int64
}
