import Pipeline

/// Reads the directories of a TIFF block (TIFF 6.0, section 2) that EXIF uses.
struct TIFFReader {
    /// Directories of one block: the picture's, EXIF's and the place's, each once.
    private static let entryCount = 512
    /// Numbers of one entry that are read.
    private static let numberCount = 16
    /// Pages that are counted.
    private static let pageLimit = 1000
    /// The picture is a smaller copy of another one (bit 0), or tells what of it is seen (bit 2).
    private static let (kindTag, asideKinds): (UInt16, UInt32) = (0x00FE, 0b101)

    private let block: ByteWindow
    private let limits: MediaLimits
    private let isLittleEndian: Bool
    private let firstDirectory: Int64

    /// Reads the header.
    ///
    /// - Returns: nil where it is none.
    /// - Throws: what the file's source throws.
    init?(_ block: ByteWindow, _ limits: MediaLimits) throws(Fault) {
        guard let head = try block.bytes(0, 8) else { return nil }
        if head.starts(with: [0x49, 0x49, 42, 0]) {
            isLittleEndian = true
        } else if head.starts(with: [0x4D, 0x4D, 0, 42]) {
            isLittleEndian = false
        } else {
            return nil
        }
        self.block = block
        self.limits = limits
        firstDirectory = Int64(Self.number(head.suffix(4), isLittleEndian))
    }

    /// Reads the picture's directory and those that it points to.
    ///
    /// - Returns: nil where there is nothing that is known here.
    /// - Throws: what the file's source throws.
    func facts() throws(Fault) -> ExifFacts? {
        var values: [String: ExifValue] = [:]
        let pointers = try read(firstDirectory, ExifNames.picture, into: &values)
        if let exif = pointers[ExifNames.exifDirectory] { _ = try read(exif, ExifNames.exif, into: &values) }
        if let place = pointers[ExifNames.placeDirectory] { _ = try read(place, ExifNames.place, into: &values) }
        return values.isEmpty ? nil : ExifFacts(values)
    }

    /// Counts the pictures that stand for themselves, a directory each.
    ///
    /// - Throws: what the file's source throws.
    func pageCount() throws(Fault) -> Int {
        var (count, offset) = (0, firstDirectory)
        var seen: Set<Int64> = []
        while offset > 0, seen.count < Self.pageLimit, seen.insert(offset).inserted {
            guard let counted = try block.bytes(offset, 2) else { break }
            let entryCount = Int64(Self.number(counted[...], isLittleEndian))
            // Entries are sorted: what kind of picture it is stands first.
            guard entryCount > 0, let entry = try block.bytes(offset + 2, 12) else { break }
            let isTold = UInt16(Self.number(entry[0..<2], isLittleEndian)) == Self.kindTag
            let isAside = isTold && Self.number(entry[8..<12], isLittleEndian) & Self.asideKinds != 0
            count += isAside ? 0 : 1
            guard let next = try block.bytes(offset + 2 + entryCount * 12, 4) else { break }
            offset = Int64(Self.number(next[...], isLittleEndian))
        }
        return count
    }

    /// Reads one directory.
    ///
    /// - Returns: where the directories stand that it points to, by the pointers' numbers.
    /// - Throws: what the file's source throws.
    private func read(
        _ offset: Int64,
        _ names: [UInt16: String],
        into values: inout [String: ExifValue]
    ) throws(Fault) -> [UInt16: Int64] {
        var pointers: [UInt16: Int64] = [:]
        guard let counted = try block.bytes(offset, 2) else { return [:] }
        let count = min(Int(Self.number(counted[...], isLittleEndian)), Self.entryCount)
        for index in 0..<count {
            guard let entry = try block.bytes(offset + 2 + Int64(index) * 12, 12) else { break }
            let id = UInt16(Self.number(entry[0..<2], isLittleEndian))
            if id == ExifNames.exifDirectory || id == ExifNames.placeDirectory {
                pointers[id] = Int64(Self.number(entry[8..<12], isLittleEndian))
            } else if let name = names[id], values.count < limits.tagCount, values[name] == nil {
                values[name] = try value(entry)
            }
        }
        return pointers
    }

    private func value(_ entry: [UInt8]) throws(Fault) -> ExifValue? {
        let kind = UInt16(Self.number(entry[2..<4], isLittleEndian))
        let count = Int(Self.number(entry[4..<8], isLittleEndian))
        guard let size = [1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8][kind], count > 0 else { return nil }
        // Text is cut at the limit of tags, lists of numbers at theirs.
        let isText = kind == 2 || kind == 7
        let kept = min(count, isText ? limits.tagByteCount : Self.numberCount)
        var bytes: [UInt8]
        if count <= 4 / size {
            bytes = Array(entry[8..<8 + count * size])
        } else {
            let offset = Int64(Self.number(entry[8..<12], isLittleEndian))
            guard let found = try block.bytes(offset, kept * size) else { return nil }
            bytes = found
        }
        if isText { return ExifValue(text: bytes) }
        let numbers = stride(from: 0, to: bytes.count, by: size).map { number(bytes[$0..<$0 + size], kind) }
        return ExifValue.numbers(numbers)
    }

    private func number(_ bytes: ArraySlice<UInt8>, _ kind: UInt16) -> Double {
        switch kind {
        case 5, 10:
            let (top, bottom) = (
                Self.number(bytes.prefix(4), isLittleEndian), Self.number(bytes.suffix(4), isLittleEndian)
            )
            guard kind == 10 else { return Double(top) / Double(bottom) }
            return Double(Int32(bitPattern: top)) / Double(Int32(bitPattern: bottom))
        case 9: return Double(Int32(bitPattern: Self.number(bytes, isLittleEndian)))
        default: return Double(Self.number(bytes, isLittleEndian))
        }
    }

    /// A number of at most four bytes.
    private static func number(_ bytes: ArraySlice<UInt8>, _ isLittleEndian: Bool) -> UInt32 {
        isLittleEndian
            ? bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) } : bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
