/// A sound as Chromaprint hears it: 32 bits for every eighth of a second, which differ in few places between two copies.
///
/// Item `i` is about the window that begins at `i * itemMilliseconds` and is `windowMilliseconds` long.
package struct SoundFingerprint: Sendable, Equatable {
    package let items: [UInt32]
    /// From one item to the next; not a whole number, which matters over an hour.
    package let itemMilliseconds: Double
    package let windowMilliseconds: Double

    package init(items: [UInt32], itemMilliseconds: Double, windowMilliseconds: Double) {
        self.items = items
        self.itemMilliseconds = itemMilliseconds
        self.windowMilliseconds = windowMilliseconds
    }
}
