/// A text that is no JSON, or not what was expected in it.
package struct JSONError: Error, CustomStringConvertible {
    /// Bytes from the start.
    package let offset: Int

    package init(at offset: Int) { self.offset = offset }

    package var description: String { "not the JSON that is expected, at byte \(offset)" }
}
