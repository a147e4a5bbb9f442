/// What AWS requests are signed with. Never printed.
package struct SigningCredentials: Sendable {
    package let accessKeyID: String
    package let secretAccessKey: String
    package let sessionToken: String?

    package init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
    }
}

extension SigningCredentials: CustomStringConvertible {
    package var description: String { "credentials \(accessKeyID)" }
}

extension SigningCredentials: CustomReflectable {
    /// Empty, so that a dump and a test's message show nothing either.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
