/// The words of a signature: AWS's own, and those of Cloud Storage's XML API, which signs in the same way.
package enum SigningScheme: Sendable {
    case aws
    case google

    /// The algorithm's name, and the first line of what is signed.
    var algorithm: String { self == .aws ? "AWS4-HMAC-SHA256" : "GOOG4-HMAC-SHA256" }
    /// What goes before the secret where the day's key is made.
    var keyPrefix: String { self == .aws ? "AWS4" : "GOOG4" }
    /// The end of the credential scope.
    var terminator: String { self == .aws ? "aws4_request" : "goog4_request" }
    /// What headers and query parameters of the protocol's own begin with.
    var prefix: String { self == .aws ? "X-Amz-" : "X-Goog-" }
    var dateHeader: String { self == .aws ? "X-Amz-Date" : "X-Goog-Date" }
    var digestHeader: String { self == .aws ? "x-amz-content-sha256" : "x-goog-content-sha256" }
    var tokenHeader: String { self == .aws ? "X-Amz-Security-Token" : "X-Goog-Security-Token" }
}
