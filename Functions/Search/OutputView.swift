import Pipeline

/// A derived object as clients see it.
struct OutputView: Codable, Sendable {
    let name: OutputName
    /// Where it is read; those of one asset stand beside each other, so that one may name another.
    let path: String
    let contentType: String
    /// Where in the asset it was taken; nil where it is about all of it.
    let startMilliseconds: Int?

    init(_ output: Output, of asset: AssetID) {
        name = output.name
        path = "/v1/assets/\(asset)/outputs/\(Self.file(output))"
        contentType = output.contentType
        startMilliseconds = output.startMilliseconds
    }

    /// The last part of the object's key: the digest of its bytes.
    static func file(_ output: Output) -> String {
        output.key.split(separator: "/").last.map(String.init) ?? output.key
    }
}
