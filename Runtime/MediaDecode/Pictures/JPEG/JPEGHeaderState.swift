/// What the segments of a JPEG have said so far; a later one takes the place of an earlier.
struct JPEGHeaderState {
    private(set) var frame: JPEGFrame?
    private(set) var dcCodes = [JPEGCode?](repeating: nil, count: 4)
    private(set) var acCodes = [JPEGCode?](repeating: nil, count: 4)
    private(set) var quantizers = [[Int]?](repeating: nil, count: 4)
    private(set) var restartInterval = 0
    private(set) var orientation: Orientation?
    private(set) var adobeTransform: Int?

    /// Reads a segment (ITU-T T.81, B.2.4).
    ///
    /// - Returns: false where it is damaged, or says that the picture is of a kind that is not read here.
    mutating func take(_ marker: Int, _ segment: JPEGBytes) -> Bool {
        var segment = segment
        switch marker {
        case 0xC0, 0xC1, 0xC2:
            guard frame == nil, let read = JPEGFrame(segment, isProgressive: marker == 0xC2) else { return false }
            frame = read
        case 0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF: return false
        case 0xC4: return takeCodes(&segment)
        case 0xDB: return takeQuantizers(&segment)
        case 0xDD:
            guard let interval = segment.short() else { return false }
            restartInterval = interval
        case 0xE1: orientation = orientation ?? ExifOrientation.find(in: segment)
        case 0xEE:
            // "Adobe", version and flags of two bytes each, and whether the colours are YCbCr.
            guard segment.remainingCount >= 12 else { break }
            var name: [Int] = []
            for _ in 0..<5 { name.append(segment.byte() ?? 0) }
            guard name == Array("Adobe".utf8).map(Int.init), segment.part(6) != nil else { break }
            adobeTransform = segment.byte()
        default: break
        }
        return true
    }

    private mutating func takeCodes(_ segment: inout JPEGBytes) -> Bool {
        while segment.remainingCount > 0 {
            guard let place = segment.byte(), place >> 4 < 2, place & 15 < 4, let code = JPEGCode(&segment) else {
                return false
            }
            if place >> 4 == 0 { dcCodes[place & 15] = code } else { acCodes[place & 15] = code }
        }
        return true
    }

    private mutating func takeQuantizers(_ segment: inout JPEGBytes) -> Bool {
        while segment.remainingCount > 0 {
            guard let place = segment.byte(), place >> 4 < 2, place & 15 < 4 else { return false }
            var steps: [Int] = []
            for _ in 0..<64 {
                guard let step = place >> 4 == 0 ? segment.byte() : segment.short() else { return false }
                steps.append(step)
            }
            quantizers[place & 15] = steps
        }
        return true
    }
}
