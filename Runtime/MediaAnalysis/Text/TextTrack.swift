package import Pipeline

/// A line of text from when it comes to when it goes.
package struct TextTrack: Equatable {
    package let startMilliseconds: Int
    package let endMilliseconds: Int
    /// The reading of it that the most sureness speaks for.
    package let line: TextLine

    package init(startMilliseconds: Int, endMilliseconds: Int, line: TextLine) {
        self.startMilliseconds = startMilliseconds
        self.endMilliseconds = endMilliseconds
        self.line = line
    }
}
