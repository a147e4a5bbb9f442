import Pipeline

/// Pictures of kinds that libav knows in part or not at all, told by their first bytes.
enum UnreadPicture {
    private static let headByteCount = 64
    /// Major brands (ISO/IEC 23008-12, annex B).
    private static let heicBrands: Set<String> = ["heic", "heix", "heim", "heis", "hevc", "hevx"]
    private static let avifBrands: Set<String> = ["avif", "avis"]
    private static let plainBrands: Set<String> = ["mif1", "msf1"]

    /// The kind's name; nil where it is another one.
    ///
    /// - Throws: what the source throws.
    static func name(_ cache: BlockCache) throws(Fault) -> String? {
        let head = try cache.bytes(at: 0, count: headByteCount)
        guard head.count >= 24 else { return nil }
        func text(_ offset: Int) -> String { String(decoding: head[offset..<offset + 4], as: UTF8.self) }
        // RFC 9649, 2.7: the second bit of the flags is that of an animation.
        if text(0) == "RIFF", text(8) == "WEBP", text(12) == "VP8X" {
            return head[20] & 2 != 0 ? "animated WebP" : nil
        }
        guard text(4) == "ftyp" else { return nil }
        let major = text(8)
        let boxByteCount = head[0..<4].reduce(0) { $0 << 8 | Int($1) }
        let others = stride(from: 16, to: min(boxByteCount, head.count) - 3, by: 4).map(text)
        if heicBrands.contains(major) { return "HEIC" }
        if avifBrands.contains(major) { return "AVIF" }
        guard plainBrands.contains(major) else { return nil }
        return others.contains { avifBrands.contains($0) } ? "AVIF" : "HEIC"
    }

    /// - Throws: reject, where it is such a picture; what the source throws.
    static func refuse(_ cache: BlockCache) throws(Fault) {
        guard let name = try name(cache) else { return }
        throw .reject("media.open", "the file is of the format \(name), which is not supported yet")
    }
}
