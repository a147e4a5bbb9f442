/// What differs from one AWS service to the next when a request is signed and an error is read.
package struct AWSService: Sendable {
    /// As the credential scope has it.
    package let name: String
    /// S3 takes the path as it stands.
    package let normalizesPath: Bool
    /// Whose words signatures are written in.
    package let scheme: SigningScheme
    /// Reads an error's code and message from a response.
    package let readError: @Sendable (_ headers: HTTPHeaders, _ body: [UInt8]) -> (code: String, message: String)

    package init(
        name: String,
        normalizesPath: Bool = true,
        scheme: SigningScheme = .aws,
        readError: @escaping @Sendable (_ headers: HTTPHeaders, _ body: [UInt8]) -> (code: String, message: String)
    ) {
        self.name = name
        self.normalizesPath = normalizesPath
        self.scheme = scheme
        self.readError = readError
    }
}
