/// A moment within its asset's generation: which run wrote it, and its place in what that run wrote.
package struct MomentKey: Hashable, Codable, Sendable {
    package let run: RunName
    /// From 0.
    package let ordinal: Int

    package init(run: RunName, ordinal: Int) {
        self.run = run
        self.ordinal = ordinal
    }
}
