/// A step that the database has.
struct AppliedMigration: Sendable {
    let version: Int
    /// Whether this build's text of the step is the one that was applied.
    let isUnchanged: Bool
}
