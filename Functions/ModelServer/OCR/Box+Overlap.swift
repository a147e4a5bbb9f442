import Pipeline

extension Box {
    /// The part of the smaller rectangle that lies in both, from 0 to 1.
    func overlap(_ other: Box) -> Double {
        let shared = intersection(other)
        return shared > 0 ? shared / min(area, other.area) : 0
    }
}
