/// An unbroken camera take.
package struct Shot: Equatable, Sendable {
    package let startMilliseconds: Int
    package let endMilliseconds: Int
    /// How it begins; nil for the first.
    package let transition: Transition?

    /// That it begins where it says, 0 to 1; 1 for the first.
    package var confidence: Double { transition?.confidence ?? 1 }
}
