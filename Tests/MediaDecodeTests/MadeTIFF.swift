/// A TIFF file made by hand: pages of 4 by 2 pixels in colour (TIFF 6.0, section 6).
enum MadeTIFF {
    static let pixelByteCount = 24
    private static let entryCount = 11

    /// - Parameters:
    ///   - pages: the pixels of each.
    ///   - kinds: NewSubfileType of each; 0 where it is left out.
    ///   - orientation: of all of them.
    /// - Returns: the file.
    static func bytes(_ pages: [[UInt8]], kinds: [Int] = [], orientation: Int = 1) -> [UInt8] {
        let pageByteCount = pixelByteCount + 2 + 12 * entryCount + 4
        func directory(_ page: Int) -> Int { page < pages.count ? 8 + page * pageByteCount + pixelByteCount : 0 }
        var file: [UInt8] = [0x49, 0x49, 42, 0] + little(directory(0), 4)
        for (index, pixels) in pages.enumerated() {
            let entries: [(tag: Int, kind: Int, value: Int)] = [
                (254, 4, index < kinds.count ? kinds[index] : 0), (256, 3, 4), (257, 3, 2), (258, 3, 8), (259, 3, 1),
                (262, 3, 2), (273, 4, file.count), (274, 3, orientation), (277, 3, 3), (278, 3, 2),
                (279, 4, pixelByteCount),
            ]
            file += pixels
            file += little(entries.count, 2)
            for entry in entries {
                file += little(entry.tag, 2) + little(entry.kind, 2)
                file += little(1, 4) + little(entry.value, 4)
            }
            file += little(directory(index + 1), 4)
        }
        return file
    }

    private static func little(_ number: Int, _ size: Int) -> [UInt8] { ExifBuilder.little(number, size) }
}
