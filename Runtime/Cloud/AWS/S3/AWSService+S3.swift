extension AWSService {
    /// S3: paths are signed as they stand, errors are XML. An answer to HEAD has no code.
    package static let s3 = AWSService(name: "s3", normalizesPath: false) { _, body in
        guard let error = XMLDocument.root(body), error.name == "Error" else { return ("", "") }
        return (error["Code"] ?? "", error["Message"] ?? "")
    }
}
