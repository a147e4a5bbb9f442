/// An unbroken camera take.
struct Shot: Equatable {
    let startMilliseconds: Int
    let endMilliseconds: Int
    /// That it begins where it says, 0 to 1; 1 for the first.
    let confidence: Double
}
