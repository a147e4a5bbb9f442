/// The meaning of one moment, as a model's unit vector.
package struct MomentVector: Hashable, Codable, Sendable {
    package let moment: MomentKey
    package let values: [Float]

    package init(moment: MomentKey, values: [Float]) {
        self.moment = moment
        self.values = values
    }
}
