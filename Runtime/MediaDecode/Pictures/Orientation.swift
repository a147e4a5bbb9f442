/// How stored pixels become upright: mirrored left to right, where they are, and then turned clockwise.
struct Orientation: Sendable, Equatable {
    let isMirrored: Bool
    /// Clockwise, 0 to 3.
    let quarterTurns: Int

    init(clockwiseDegrees: Int, isMirrored: Bool = false) {
        self.isMirrored = isMirrored
        quarterTurns = clockwiseDegrees / 90 % 4
    }

    /// Reads the value of EXIF's Orientation tag, 1 to 8 (CIPA DC-008, 4.6.4).
    init?(exif: String) {
        let digits = exif.filter { $0 != " " }
        switch digits {
        case "1": (isMirrored, quarterTurns) = (false, 0)
        case "2": (isMirrored, quarterTurns) = (true, 0)
        case "3": (isMirrored, quarterTurns) = (false, 2)
        case "4": (isMirrored, quarterTurns) = (true, 2)
        case "5": (isMirrored, quarterTurns) = (true, 3)
        case "6": (isMirrored, quarterTurns) = (false, 1)
        case "7": (isMirrored, quarterTurns) = (true, 1)
        case "8": (isMirrored, quarterTurns) = (false, 3)
        default: return nil
        }
    }

    /// Reads what libavcodec has found of a picture's EXIF, or else what stands in the file: libavcodec may pass over a
    /// PNG's or a TIFF's.
    init?(tags: [String: String], exif: ExifFacts?) {
        let told = tags["Orientation"].flatMap(Orientation.init(exif:))
        guard let found = told ?? exif?.orientation.flatMap({ Orientation(exif: "\($0)") }) else { return nil }
        self = found
    }

    /// The size after turning; turning back gives the same exchange.
    func size(_ width: Int, _ height: Int) -> (width: Int, height: Int) {
        quarterTurns % 2 == 0 ? (width, height) : (height, width)
    }

    /// Turns pixels that are tightly packed.
    func applied(to pixels: [UInt8], width: Int, height: Int, bytesPerPixel: Int) -> [UInt8] {
        guard isMirrored || quarterTurns != 0 else { return pixels }
        let target = size(width, height)
        return [UInt8](unsafeUninitializedCapacity: pixels.count) { turned, count in
            pixels.withUnsafeBufferPointer { pixels in
                var next = 0
                for y in 0..<target.height {
                    for x in 0..<target.width {
                        let from = source(x, y, width, height) * bytesPerPixel
                        for byte in 0..<bytesPerPixel { turned[next + byte] = pixels[from + byte] }
                        next += bytesPerPixel
                    }
                }
            }
            count = pixels.count
        }
    }

    /// The index of the stored pixel that comes to stand at (x, y).
    private func source(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> Int {
        let (column, row) =
            switch quarterTurns {
            case 1: (y, height - 1 - x)
            case 2: (width - 1 - x, height - 1 - y)
            case 3: (width - 1 - y, x)
            default: (x, y)
            }
        return row * width + (isMirrored ? width - 1 - column : column)
    }
}
