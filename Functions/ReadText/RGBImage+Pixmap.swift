import Pipeline

extension RGBImage {
    /// Pixels of a picture's side.
    private static let sideLimit = 10_000

    /// Reads a Netpbm picture of 8 bits a colour (P6), as pdftoppm writes it.
    ///
    /// - Parameter file: its bytes.
    init?(portablePixmap file: [UInt8]) {
        var place = 0
        func word() -> Substring? {
            while place < file.count, file[place] <= 0x20 { place += 1 }
            let start = place
            while place < file.count, file[place] > 0x20, place - start < 16 { place += 1 }
            return start < place ? Substring(decoding: file[start..<place], as: UTF8.self) : nil
        }
        guard word() == "P6", let width = word().flatMap({ Int($0) }), let height = word().flatMap({ Int($0) }),
            word() == "255", (1...Self.sideLimit).contains(width), (1...Self.sideLimit).contains(height),
            file.count - place - 1 >= width * height * 3
        else { return nil }
        self.init(width: width, height: height, pixels: Array(file[(place + 1)...].prefix(width * height * 3)))
    }
}
