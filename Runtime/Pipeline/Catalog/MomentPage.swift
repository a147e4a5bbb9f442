/// Some of a generation's moments.
package struct MomentPage: Hashable, Sendable {
    /// By start, then by key.
    package let moments: [StoredMoment]
    /// Of all the generation's moments.
    package let count: Int

    package init(moments: [StoredMoment], count: Int) {
        self.moments = moments
        self.count = count
    }
}
