/// A moment as it stands in the catalog.
package struct StoredMoment: Hashable, Codable, Sendable {
    package let key: MomentKey
    package let moment: Moment

    package init(key: MomentKey, moment: Moment) {
        self.key = key
        self.moment = moment
    }
}
