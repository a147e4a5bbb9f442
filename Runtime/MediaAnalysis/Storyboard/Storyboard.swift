package import MediaDecode
package import Pipeline

/// Collects a small picture every few seconds into sheets, for a player's scrub bar.
///
/// How far apart they are follows the duration, so that neither memory nor the sheets grow with it.
package struct Storyboard {
    /// A tile's longer side, in pixels.
    package static let tileSide = 160
    static let columnCount = 10
    static let rowCount = 10
    static let sheetCount = 10
    /// Of a video whose duration is not known.
    private static let unknownIntervalMilliseconds = 10_000
    private static let shortestIntervalMilliseconds = 1000
    /// So many tiles a video has where its duration is known.
    private static let tileCount = 300

    package let intervalMilliseconds: Int
    private var nextMilliseconds = 0
    private var givenSheetCount = 0
    private var size: (width: Int, height: Int)?
    private var canvas: YUVImage?
    private var tiles: [StoryboardSheet.Tile] = []

    /// - Parameter durationMilliseconds: the video's; nil where it is not known.
    package init(durationMilliseconds: Int?) {
        guard let duration = durationMilliseconds, duration > 0 else {
            intervalMilliseconds = Self.unknownIntervalMilliseconds
            return
        }
        let even = (duration + Self.tileCount - 1) / Self.tileCount
        intervalMilliseconds = max((even + 999) / 1000 * 1000, Self.shortestIntervalMilliseconds)
    }

    /// Takes the next frame's picture, if it is time for one.
    ///
    /// - Parameters:
    ///   - milliseconds: the frame's time.
    ///   - picture: called for the frames that are shown; makes a picture with sides of at most ``tileSide``.
    /// - Returns: a sheet that has become full.
    /// - Throws: what `picture` throws.
    package mutating func add(
        at milliseconds: Int,
        _ picture: () throws(Fault) -> YUVImage
    ) throws(Fault) -> StoryboardSheet? {
        guard milliseconds >= nextMilliseconds, givenSheetCount < Self.sheetCount else { return nil }
        nextMilliseconds = (milliseconds / intervalMilliseconds + 1) * intervalMilliseconds
        let picture = try picture()
        // Even, so that a tile's colours begin on a whole pixel.
        let size = size ?? ((picture.width + 1) / 2 * 2, (picture.height + 1) / 2 * 2)
        self.size = size
        var sheet = canvas ?? YUVImage(width: size.width * Self.columnCount, height: size.height * Self.rowCount)
        canvas = nil
        let x = tiles.count % Self.columnCount * size.width
        let y = tiles.count / Self.columnCount * size.height
        sheet.draw(picture, x: x, y: y)
        canvas = sheet
        tiles.append(StoryboardSheet.Tile(startMilliseconds: milliseconds, x: x, y: y))
        return tiles.count == Self.columnCount * Self.rowCount ? finish() : nil
    }

    /// Ends the last sheet.
    ///
    /// - Returns: nil where it is empty.
    package mutating func finish() -> StoryboardSheet? {
        guard let size, var image = canvas, !tiles.isEmpty else { return nil }
        canvas = nil
        defer { tiles = [] }
        givenSheetCount += 1
        let rows = (tiles.count + Self.columnCount - 1) / Self.columnCount
        let columns = min(tiles.count, Self.columnCount)
        image = image.cropped(width: columns * size.width, height: rows * size.height)
        return StoryboardSheet(image: image, tiles: tiles, tileWidth: size.width, tileHeight: size.height)
    }
}
