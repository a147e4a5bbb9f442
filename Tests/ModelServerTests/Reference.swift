import FoundationEssentials

/// One text with what the reference implementation gives for it: see make-references.py.
struct Reference: Decodable, Sendable {
    let text: String
    let tokens: [Int32]
    let vector: [Float]

    static func all() throws -> [Reference] {
        let path = "\(TestFiles.folder)/references.json"
        return try JSONDecoder().decode([Reference].self, from: Data(contentsOf: URL(filePath: path)))
    }
}
