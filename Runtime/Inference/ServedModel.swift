package import Pipeline

/// A model and where it is served.
package struct ServedModel: Sendable, Decodable {
    enum CodingKeys: String, CodingKey {
        case name, revision, url, timeoutSeconds, pricePerUnit
        case wire = "protocol"
        case keyVariable = "key"
    }

    package let wire: ModelWireProtocol
    /// What precedes `/v1` or `/v2`, without a slash at the end.
    package let url: String
    /// What the server calls the model.
    package let name: String
    /// What outputs are marked with beside the name; vectors of different revisions are never compared.
    package let revision: String
    /// For one answer.
    package let timeoutSeconds: Int?
    /// The environment variable that holds the server's key, where it wants one.
    package let keyVariable: String?
    /// USD for a token, a second of sound or a picture; nil where it is not accounted for.
    package let pricePerUnit: Double?

    package init(
        wire: ModelWireProtocol,
        url: String,
        name: String,
        revision: String,
        timeoutSeconds: Int? = nil,
        keyVariable: String? = nil,
        pricePerUnit: Double? = nil
    ) {
        self.wire = wire
        self.url = url
        self.name = name
        self.revision = revision
        self.timeoutSeconds = timeoutSeconds
        self.keyVariable = keyVariable
        self.pricePerUnit = pricePerUnit
    }

    package var version: ModelVersion { ModelVersion(name: name, revision: revision) }
    var timeoutMilliseconds: Int { (timeoutSeconds ?? 120) * 1000 }
    var timeout: Duration { .milliseconds(timeoutMilliseconds) }
}
