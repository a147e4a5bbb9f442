package import MediaDecode

/// A sheet of small pictures, row by row, and when each of them is shown.
package struct StoryboardSheet: Sendable {
    package struct Tile: Sendable, Equatable {
        package let startMilliseconds: Int
        /// From the sheet's top left corner, in pixels.
        package let x: Int
        package let y: Int
    }

    package let image: YUVImage
    package let tiles: [Tile]
    package let tileWidth: Int
    package let tileHeight: Int
}
