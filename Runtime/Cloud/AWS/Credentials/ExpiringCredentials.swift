/// Credentials with an end.
struct ExpiringCredentials: Sendable {
    let credentials: SigningCredentials
    /// Unix seconds; `Int64.max` where they have no end.
    let expirySeconds: Int64
}
