import Pipeline
import StageRuntime

/// The text of a PDF by poppler's programs, which run apart and within limits: PDFs are the files that most often mean
/// harm.
struct PDFText {
    /// A larger PDF is refused.
    static let byteLimit: Int64 = 512 << 20
    /// Pages that are read.
    static let pageLimit = 10_000
    /// The longer side of a page's picture, in pixels: about 200 dots an inch on paper of size A4.
    private static let pictureSide = 2300

    /// The pages' paragraphs, in their order.
    let paragraphs: [Paragraph]
    let pageCount: Int
    /// Pages without a word, from 1.
    let emptyPages: [Int]
    /// Whether there was more than is read.
    let isCut: Bool
    private let program: LimitedProgram

    /// Reads the text that a PDF holds as text.
    ///
    /// - Throws: reject, where it is locked, damaged, too large or takes too long; retry, where the program is not there;
    ///   the source's fault.
    init(of bytes: any ByteSource) async throws(Fault) {
        guard bytes.byteCount <= Self.byteLimit else {
            throw .reject("readtext", "a PDF of \(bytes.byteCount) bytes; at most \(Self.byteLimit) are read")
        }
        program = try await LimitedProgram("pdftotext", reading: bytes)
        let arguments = ["-enc", "UTF-8", "-eol", "unix", "-l", String(Self.pageLimit), "/dev/stdin", "-"]
        let outcome = try await program.run(arguments)
        guard outcome.code == 0 || outcome.isCut else { throw Self.fault(outcome) }
        // Every page ends with a form feed.
        var pages = String(decoding: outcome.output, as: UTF8.self)
            .split(separator: "\u{0C}", omittingEmptySubsequences: false)
        if pages.last?.isEmpty == true { pages.removeLast() }
        var paragraphs: [Paragraph] = []
        var emptyPages: [Int] = []
        for (index, page) in pages.enumerated() {
            let found = Self.paragraphs(of: page).map { Paragraph(text: $0, page: index + 1) }
            if found.isEmpty { emptyPages.append(index + 1) }
            paragraphs += found
        }
        self.paragraphs = paragraphs
        self.emptyPages = emptyPages
        pageCount = pages.count
        isCut = outcome.isCut || pages.count >= Self.pageLimit
    }

    /// A page as it looks.
    ///
    /// - Parameter page: from 1.
    /// - Returns: nil where it can't be drawn.
    /// - Throws: retry, where the program is not there.
    func picture(ofPage page: Int) async throws(Fault) -> RGBImage? {
        let side = String(Self.pictureSide)
        let arguments = ["-f", String(page), "-l", String(page), "-singlefile", "-scale-to", side, "/dev/stdin"]
        let outcome = try await program.named("pdftoppm").run(arguments)
        return outcome.code == 0 ? RGBImage(portablePixmap: outcome.output) : nil
    }

    /// Blank lines part paragraphs; a word that is parted at a line's end is joined.
    private static func paragraphs(of page: Substring) -> [String] {
        var paragraphs: [String] = []
        var current = ""
        let lines: [Substring] = page.split(separator: "\n", omittingEmptySubsequences: false) + [""]
        for line in lines {
            let words = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            guard words.isEmpty else {
                let isParted = current.hasSuffix("-") && words.first?.isLowercase == true
                if isParted { current.removeLast() }
                current += current.isEmpty || isParted ? words : " \(words)"
                continue
            }
            if !current.isEmpty { paragraphs.append(current) }
            current = ""
        }
        return paragraphs
    }

    private static func fault(_ outcome: LimitedProgram.Outcome) -> Fault {
        if outcome.errors.contains("Incorrect password") {
            return .reject("readtext", "the PDF is locked with a password")
        }
        switch outcome.code {
        case nil: return .reject("readtext", "the PDF takes too much time or memory to read")
        case 3: return .reject("readtext", "the PDF's owner does not allow its text to be taken")
        default: return .reject("readtext", "the PDF is damaged and can't be read")
        }
    }
}
