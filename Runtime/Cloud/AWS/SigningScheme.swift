/// The words of a signature: AWS's own, and those of Cloud Storage's XML API, which signs in the same way.
package struct SigningScheme: Sendable, Equatable {
    /// The algorithm's name, and the first line of what is signed.
    let algorithm: String
    /// What goes before the secret where the day's key is made.
    let keyPrefix: String
    /// The end of the credential scope.
    let terminator: String
    /// What headers and query parameters of the protocol's own begin with.
    let prefix: String

    package static let aws = SigningScheme(
        algorithm: "AWS4-HMAC-SHA256",
        keyPrefix: "AWS4",
        terminator: "aws4_request",
        prefix: "X-Amz-"
    )
    package static let google = SigningScheme(
        algorithm: "GOOG4-HMAC-SHA256",
        keyPrefix: "GOOG4",
        terminator: "goog4_request",
        prefix: "X-Goog-"
    )

    var dateHeader: String { self == .aws ? "X-Amz-Date" : "X-Goog-Date" }
    var digestHeader: String { self == .aws ? "x-amz-content-sha256" : "x-goog-content-sha256" }
}
