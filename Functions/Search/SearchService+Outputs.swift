import Hummingbird
import Pipeline

extension SearchService {
    /// A derived object of what people see of an asset.
    ///
    /// - Throws: not found, where the asset has none of that name.
    func output(_ file: String, of id: AssetID) async throws -> Response {
        let outputs = try await outputs(of: try await status(of: id).asset)
        guard let output = outputs.first(where: { OutputView.file($0) == file }) else {
            throw Problem.notFound("asset \(id) has no output \(file)")
        }
        let bytes = try await within(limits.catalogTimeout) { [objects] in try await objects.stream(output.key) }
        return Response(
            status: .ok,
            headers: [
                .contentType: output.contentType,
                .contentLength: "\(bytes.info.byteCount)",
                // Named by its digest, it never changes; but it is not everybody's.
                .cacheControl: "private, max-age=31536000, immutable",
            ],
            body: ResponseBody(contentLength: Int(bytes.info.byteCount)) { [limits] writer in
                // A client that does not read is let go: it would hold the connection and the object's stream for ever.
                let client = OutputWriter(writer)
                while let chunk = try await bytes.next() {
                    try await within(limits.writeTimeout) { try await client.write(chunk) }
                }
                try await within(limits.writeTimeout) { try await client.finish() }
            }
        )
    }

    /// The derived objects that people see of an asset; of a copy, those of its original.
    func outputs(of asset: Asset) async throws -> [Output] {
        try await within(limits.catalogTimeout) { [catalog, tenant] in
            let shown = try await shown(asset)
            guard let generation = shown.publishedGeneration else { return [] }
            let names = Set(OutputName.allCases)
            return try await catalog.outputs(of: shown.id, generation: generation, names: names, of: tenant)
        }
    }
}
