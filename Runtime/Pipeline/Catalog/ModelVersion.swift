/// A model and which version of it answered.
package struct ModelVersion: Hashable, Codable, Sendable {
    package let name: String
    package let revision: String

    package init(name: String, revision: String) {
        self.name = name
        self.revision = revision
    }
}
