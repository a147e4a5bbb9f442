import Pipeline

/// Finds EXIF in pictures: JPEG's APP1, PNG's eXIf, WebP's EXIF chunk; a TIFF file is itself such a block.
///
/// Nothing here trusts a number in the file: damage ends the search, and what was read up to there counts.
package enum ExifReader {
    /// Segments or chunks before the search is given up.
    private static let partCount = 4096
    /// Of EXIF within another format; JPEG's own limit is 64 KiB.
    private static let blockByteCount = 1 << 20

    /// Reads a picture in memory.
    ///
    /// - Parameter bytes: of the file.
    /// - Returns: nil where no EXIF is found.
    package static func read(_ bytes: [UInt8]) -> ExifFacts? {
        // A window over memory never throws.
        (try? read(ByteWindow(bytes), MediaLimits())) ?? nil
    }

    static func read(_ file: ByteWindow, _ limits: MediaLimits) throws(Fault) -> ExifFacts? {
        guard let head = try file.bytes(0, 12) else { return nil }
        if head.starts(with: [0xFF, 0xD8]) { return try readJPEG(file, limits) }
        if head.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return try readPNG(file, limits) }
        if head.starts(with: "RIFF".utf8), head.dropFirst(8).elementsEqual("WEBP".utf8) {
            return try readWebP(file, limits)
        }
        return try TIFFReader(file, limits)?.facts()
    }

    /// Walks the segments before the first scan (ITU-T T.81, annex B).
    private static func readJPEG(_ file: ByteWindow, _ limits: MediaLimits) throws(Fault) -> ExifFacts? {
        var offset: Int64 = 2
        for _ in 0..<partCount {
            guard let head = try file.bytes(offset, 4), head[0] == 0xFF else { return nil }
            // Fill bytes may stand before a marker.
            if head[1] == 0xFF {
                offset += 1
                continue
            }
            guard head[1] != 0xDA, head[1] != 0xD9 else { return nil }
            let byteCount = Int(head[2]) << 8 | Int(head[3])
            guard byteCount >= 2 else { return nil }
            if head[1] == 0xE1, let facts = try readBlock(file, offset + 4, byteCount - 2, limits) { return facts }
            offset += 2 + Int64(byteCount)
        }
        return nil
    }

    /// Walks the chunks (PNG specification, third edition, 11.3.3.4).
    private static func readPNG(_ file: ByteWindow, _ limits: MediaLimits) throws(Fault) -> ExifFacts? {
        var offset: Int64 = 8
        for _ in 0..<partCount {
            guard let head = try file.bytes(offset, 8), !head.suffix(4).elementsEqual("IEND".utf8) else { return nil }
            let byteCount = head.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            if head.suffix(4).elementsEqual("eXIf".utf8) { return try readBlock(file, offset + 8, byteCount, limits) }
            offset += 12 + Int64(byteCount)
        }
        return nil
    }

    /// Walks the chunks (RFC 9649, 2.7).
    private static func readWebP(_ file: ByteWindow, _ limits: MediaLimits) throws(Fault) -> ExifFacts? {
        var offset: Int64 = 12
        for _ in 0..<partCount {
            guard let head = try file.bytes(offset, 8) else { return nil }
            let byteCount = head.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
            if head.starts(with: "EXIF".utf8) { return try readBlock(file, offset + 8, byteCount, limits) }
            offset += 8 + Int64(byteCount) + Int64(byteCount & 1)
        }
        return nil
    }

    /// Reads a block that may begin with JPEG's name for it; other APP1 segments hold XMP.
    private static func readBlock(
        _ file: ByteWindow,
        _ offset: Int64,
        _ byteCount: Int,
        _ limits: MediaLimits
    ) throws(Fault) -> ExifFacts? {
        guard byteCount <= blockByteCount, var block = try file.bytes(offset, byteCount) else { return nil }
        if block.starts(with: Array("Exif".utf8) + [0]) { block.removeFirst(min(6, block.count)) }
        return try TIFFReader(ByteWindow(block), limits)?.facts()
    }
}
