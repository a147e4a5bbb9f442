/// An unbroken camera take.
package struct Shot: Equatable {
    package let startMilliseconds: Int
    package let endMilliseconds: Int
    /// That it begins where it says, 0 to 1; 1 for the first.
    package let confidence: Double
}
