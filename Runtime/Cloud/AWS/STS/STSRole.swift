/// A role to take on.
struct STSRole: Sendable {
    private static let sessionName = "media"

    let parameters: [(name: String, value: String)]

    /// Describes a role.
    ///
    /// - Parameters:
    ///   - arn: of the role.
    ///   - sessionName: what audit logs call the session; nil or empty for one that names this software.
    ///   - externalID: what the role's owner asks for, if anything.
    ///   - durationSeconds: as it was written; nil for the service's own, one hour.
    init(arn: String, sessionName: String?, externalID: String? = nil, durationSeconds: String? = nil) {
        let name = sessionName.flatMap { $0.isEmpty ? nil : $0 } ?? Self.sessionName
        let optional = [("ExternalId", externalID), ("DurationSeconds", durationSeconds)]
        parameters =
            [("RoleArn", arn), ("RoleSessionName", name)]
            + optional.compactMap { name, value in value.map { (name: name, value: $0) } }
    }
}
