/// Finds EXIF's Orientation tag in a JPEG's application segment (CIPA DC-008, 4.6.4).
enum ExifOrientation {
    private static let tag = 0x0112
    private static let entryCount = 512

    /// - Parameter segment: an APP1 segment.
    /// - Returns: nil where it is not EXIF, or does not say.
    static func find(in segment: JPEGBytes) -> Orientation? {
        var segment = segment
        for expected in Array("Exif\0\0".utf8) where segment.byte() != Int(expected) { return nil }
        let start = segment.position
        let isLittleEndian: Bool
        switch segment.short() {
        case 0x4949: isLittleEndian = true
        case 0x4D4D: isLittleEndian = false
        default: return nil
        }
        func short() -> Int? {
            guard let value = segment.short() else { return nil }
            return isLittleEndian ? (value & 0xFF) << 8 | value >> 8 : value
        }
        func long() -> Int? {
            guard let first = short(), let second = short() else { return nil }
            return isLittleEndian ? second << 16 | first : first << 16 | second
        }
        guard short() == 42, let offset = long(), offset >= 8,
            segment.part(offset - (segment.position - start)) != nil, let count = short()
        else { return nil }
        for _ in 0..<min(count, entryCount) {
            guard let tag = short(), short() != nil, long() != nil, let value = short(), short() != nil else {
                return nil
            }
            if tag == Self.tag { return Orientation(exif: "\(value)") }
        }
        return nil
    }
}
