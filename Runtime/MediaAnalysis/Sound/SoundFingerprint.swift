/// A sound as Chromaprint hears it: 32 bits for every eighth of a second, which differ in few places between two copies.
///
/// Item `i` is about the window that begins at `i * itemMilliseconds`.
package struct SoundFingerprint: Sendable, Equatable {
    package let items: [UInt32]
    /// From one item to the next; not a whole number, which matters over an hour.
    package let itemMilliseconds: Double

    package init(items: [UInt32], itemMilliseconds: Double) {
        self.items = items
        self.itemMilliseconds = itemMilliseconds
    }
}
