extension AWSService {
    /// STS, spoken as a form (the query protocol); its answers and errors are XML.
    static let sts = AWSService(name: "sts") { _, body in
        guard let error = XMLDocument.root(body)?.all("Error").first else { return ("", "") }
        return (error["Code"] ?? "", error["Message"] ?? "")
    }
}
