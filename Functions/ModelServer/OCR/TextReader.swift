import CTesseract
import Pipeline

/// Tesseract's LSTM recogniser for one language; used by one thread at a time.
///
/// A page needs one reading. A title over a moving picture is lost by Tesseract's own threshold, but it is nearly
/// always close to white or to black: where a picture holds few lines, those pixels are read alone as well, and each
/// place keeps its best reading.
final class TextReader {
    /// What is less sure is left out, but for words of a page's line of which the rest is sure enough.
    static let confidenceFloor = 0.6
    /// A picture with so many lines is a page: it is not read again.
    static let pageLineCount = 8
    /// Two readings that overlap so far are of one place.
    static let samePlaceOverlap = 0.5

    private let api: OpaquePointer
    private let passTimeoutMilliseconds: Int32

    /// Loads the language's data.
    ///
    /// - Parameters:
    ///   - dataFolder: where `eng.traineddata` lies; nil for the library's own place.
    ///   - language: Tesseract's name of it.
    ///   - passTimeoutMilliseconds: for one reading of a picture, by the clock.
    /// - Throws: reject, where the data can't be read.
    init(
        dataFolder: String?,
        language: String = "eng",
        passTimeoutMilliseconds: Int32 = 60_000
    ) throws(Fault) {
        self.passTimeoutMilliseconds = passTimeoutMilliseconds
        guard let api = TessBaseAPICreate() else { throw .reject("ocr.load", "no memory for Tesseract") }
        self.api = api
        TessBaseAPISetVariable(api, "debug_file", "/dev/null")
        guard TessBaseAPIInit2(api, dataFolder, language, OEM_LSTM_ONLY) == 0 else {
            throw .reject("ocr.load", "no Tesseract data for \(language) in \(dataFolder ?? "the default folder")")
        }
        TessBaseAPISetPageSegMode(api, PSM_AUTO)
    }

    deinit {
        TessBaseAPIDelete(api)
    }

    /// The lines of a picture: of a page in the order of reading, else from top to bottom.
    ///
    /// - Throws: expired, where it takes too long: other work on the machine may be why.
    func read(_ picture: Picture) throws(ServingError) -> [TextLine] {
        guard min(picture.width, picture.height) >= Picture.smallestSide else { return [] }
        let page = try recognize(picture.grey, of: picture)
        var lines = page.compactMap(Self.sure)
        guard lines.count < Self.pageLineCount else { return page.compactMap(Self.printed) }
        lines += try recognize(picture.nearlyWhite, of: picture).compactMap(Self.sure)
        lines += try recognize(picture.nearlyBlack, of: picture).compactMap(Self.sure)
        return Self.best(lines)
    }

    /// The words of a line over a picture that are sure; nil where none is.
    static func sure(_ words: [TextWord]) -> TextLine? {
        TextLine(words.filter { $0.confidence >= confidenceFloor })
    }

    /// A line of a page: whole where half of its words are sure, for what stands between them is text, too.
    static func printed(_ words: [TextWord]) -> TextLine? {
        let sureCount = words.count { $0.confidence >= confidenceFloor }
        return sureCount * 2 >= words.count ? TextLine(words) : sure(words)
    }

    /// Of the lines that lie in one place, the one with the most weight.
    static func best(_ lines: [TextLine]) -> [TextLine] {
        var kept: [TextLine] = []
        for line in lines.sorted(by: { $0.weight > $1.weight })
        where !kept.contains(where: { $0.box.overlap(line.box) >= samePlaceOverlap }) {
            kept.append(line)
        }
        return kept.sorted { ($0.box.y, $0.box.x) < ($1.box.y, $1.box.x) }
    }

    /// Reads one byte for each pixel.
    ///
    /// - Returns: the words of each line.
    private func recognize(_ bytes: [UInt8], of picture: Picture) throws(ServingError) -> [[TextWord]] {
        TessBaseAPISetImage(api, bytes, Int32(picture.width), Int32(picture.height), 1, Int32(picture.width))
        defer { TessBaseAPIClear(api) }
        // Pixels have no size in inches; this is what Tesseract takes where it is told nothing.
        TessBaseAPISetSourceResolution(api, 70)
        let monitor = TessMonitorCreate()
        defer { TessMonitorDelete(monitor) }
        let end = ContinuousClock.now + .milliseconds(passTimeoutMilliseconds)
        TessMonitorSetDeadlineMSecs(monitor, passTimeoutMilliseconds)
        guard TessBaseAPIRecognize(api, monitor) == 0 else {
            throw ContinuousClock.now < end ? ServingError.invalid("the picture can't be read") : ServingError.expired
        }
        guard let iterator = TessBaseAPIGetIterator(api) else { return [] }
        defer { TessResultIteratorDelete(iterator) }
        return lines(iterator, of: picture)
    }

    private func lines(_ iterator: OpaquePointer, of picture: Picture) -> [[TextWord]] {
        var lines: [[TextWord]] = []
        let position = TessResultIteratorGetPageIteratorConst(iterator)
        repeat {
            if lines.isEmpty || TessPageIteratorIsAtBeginningOf(position, RIL_TEXTLINE) != 0 { lines.append([]) }
            if let word = word(iterator, position, of: picture) { lines[lines.count - 1].append(word) }
        } while TessResultIteratorNext(iterator, RIL_WORD) != 0
        return lines
    }

    private func word(_ iterator: OpaquePointer, _ position: OpaquePointer?, of picture: Picture) -> TextWord? {
        guard let characters = TessResultIteratorGetUTF8Text(iterator, RIL_WORD) else { return nil }
        defer { TessDeleteText(characters) }
        let text = String(cString: characters)
        guard text.contains(where: { !$0.isWhitespace }) else { return nil }
        var (left, top, right, bottom): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        guard TessPageIteratorBoundingBox(position, RIL_WORD, &left, &top, &right, &bottom) != 0 else { return nil }
        let (width, height) = (Double(picture.width), Double(picture.height))
        return TextWord(
            text: text,
            confidence: Double(TessResultIteratorConfidence(iterator, RIL_WORD)) / 100,
            box: Box(
                x: Double(left) / width,
                y: Double(top) / height,
                width: Double(right - left) / width,
                height: Double(bottom - top) / height
            )
        )
    }
}
