import MediaDecode

/// Pictures of 64 by 36 pixels that are made by a formula, so that a test knows what it sees.
enum Scenery {
    /// Blotches that no two seeds have in common; `shift` moves a camera over them, in pixels.
    static func picture(_ seed: Int, shift: Int = 0) -> LumaImage {
        image { x, y in
            let cell = UInt64((x + shift) / 6 + 100) &* 7919 &+ UInt64(y / 6) &* 104_729 &+ UInt64(seed) &* 15_485_863
            return Int((cell ^ (cell >> 7)) &* 2_654_435_761 % 200) + 20
        }
    }

    static func even(_ value: UInt8) -> LumaImage { image { _, _ in Int(value) } }

    /// `share` of the second, the rest of the first.
    static func blend(_ one: LumaImage, _ other: LumaImage, _ share: Double) -> LumaImage {
        LumaImage(
            width: one.width,
            height: one.height,
            pixels: zip(one.pixels, other.pixels).map { UInt8(Double($0) * (1 - share) + Double($1) * share) }
        )
    }

    /// The second, with the first still right of `column`.
    static func wipe(_ one: LumaImage, _ other: LumaImage, _ column: Int) -> LumaImage {
        image { x, y in Int((x < column ? other : one).pixels[y * 64 + x]) }
    }

    private static func image(_ value: (Int, Int) -> Int) -> LumaImage {
        let pixels = (0..<36).flatMap { y in (0..<64).map { x in UInt8(clamping: value(x, y)) } }
        return LumaImage(width: 64, height: 36, pixels: pixels)
    }
}
