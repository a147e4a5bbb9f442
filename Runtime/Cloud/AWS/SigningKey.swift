/// The key of one day, region and service: what a secret becomes before it signs.
package struct SigningKey: Sendable {
    private let key: [UInt8]

    /// Derives the key.
    ///
    /// - Parameters:
    ///   - secret: the secret access key.
    ///   - day: `yyyyMMdd`, UTC.
    ///   - region: of the credential scope.
    ///   - service: of the credential scope.
    ///   - scheme: whose words are used.
    package init(secret: String, day: String, region: String, service: String, scheme: SigningScheme = .aws) {
        var key = Array("\(scheme.keyPrefix)\(secret)".utf8)
        for part in [day, region, service, scheme.terminator] {
            key = SHA256.authenticationCode(Array(part.utf8), key: key)
        }
        self.key = key
    }

    /// Signs a text.
    ///
    /// - Parameter bytes: the text.
    /// - Returns: 64 hexadecimal digits.
    func signature(of bytes: [UInt8]) -> String {
        Hexadecimal.encoded(bytes.withUnsafeBytes { SHA256.authenticationCode($0, key: key) })
    }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "a signing key" }
    /// Empty, so that a dump shows nothing either.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
