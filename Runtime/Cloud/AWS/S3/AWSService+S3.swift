extension AWSService {
    /// S3: paths are signed as they stand, errors are XML. An answer to HEAD has no code.
    package static let s3 = AWSService(name: "s3", normalizesPath: false) { _, body in error(body) }

    /// Cloud Storage's XML API: the same, signed in Google's words.
    package static let cloudStorage = AWSService(name: "storage", normalizesPath: false, scheme: .google) { _, body in
        error(body)
    }

    private static func error(_ body: [UInt8]) -> (code: String, message: String) {
        guard let error = XMLDocument.root(body), error.name == "Error" else { return ("", "") }
        return (error["Code"] ?? "", error["Message"] ?? "")
    }
}
