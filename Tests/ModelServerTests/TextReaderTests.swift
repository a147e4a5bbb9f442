import Pipeline
import Testing

@testable import ModelServer

@Suite struct TextReaderTests {
    static let font = "fontfile=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"

    let reader: TextReader

    init() throws {
        reader = try TextReader(dataFolder: nil)
    }

    @Test(arguments: [
        ("testsrc=size=640x360", "Annual Report 2026", "fontsize=36:fontcolor=white"),
        ("testsrc2=size=640x360", "Market Square", "fontsize=40:fontcolor=white:borderw=3:bordercolor=black"),
        ("testsrc2=size=640x360", "Hello World", "fontsize=48:fontcolor=black:box=1:boxcolor=white"),
        ("testsrc=size=640x360", "black words", "fontsize=40:fontcolor=black"),
        ("mandelbrot=size=640x360", "Small line of words here", "fontsize=20:fontcolor=white"),
        ("color=navy:size=1280x720", "Quarterly Results", "fontsize=80:fontcolor=white"),
    ])
    func aTitleOverAMovingPictureIsRead(source: String, title: String, style: String) throws {
        let isWide = source.contains("1280")
        let picture = try picture(
            "\(source),drawtext=\(Self.font):text='\(title)':\(style):x=150:y=150",
            width: isWide ? 1280 : 640,
            height: isWide ? 720 : 360
        )
        let lines = try reader.read(picture)
        let line = try #require(lines.first { $0.text.hasPrefix(title) }, "\(lines.map(\.text))")
        #expect(line.confidence > 0.7)
        #expect(abs(line.box.x - 150 / Double(picture.width)) < 0.02)
        #expect(abs(line.box.y - 150 / Double(picture.height)) < 0.05)
        #expect(line.words.first?.text == title.split(separator: " ").first.map(String.init))
    }

    @Test func everyLineOfAPageIsReadOnceFromTopToBottom() throws {
        let page = [
            "The harbour was quiet that morning.", "A ferry crossed the bay at seven and", "two men loaded crates.",
            "Nobody asked what was in them.", "Invoice 4711 is due on Friday", "The total is 1250 dollars",
            "Please pay by bank transfer", "Thank you for your order", "See the back of this page",
        ]
        let drawn = page.enumerated().map { index, text in
            "drawtext=\(Self.font):text='\(text)':fontsize=30:fontcolor=black:x=80:y=\(60 + index * 60)"
        }
        let source = "color=white:size=1000x700,\(drawn.joined(separator: ","))"
        let lines = try reader.read(picture(source, width: 1000, height: 700))
        #expect(lines.map(\.text) == page)
    }

    @Test func aPageOfTwoColumnsIsReadOneAfterTheOther() throws {
        let columns = [
            [
                "The harbour was quiet", "that morning and a ferry", "crossed the bay at seven",
                "while men loaded crates",
                "and nobody asked at all",
            ],
            [
                "Invoice number 4711 is", "due on Friday at noon", "the total is given below", "please pay by transfer",
                "and thank you for this",
            ],
        ]
        let drawn = columns.enumerated().flatMap { column, lines in
            lines.enumerated().map { row, text in
                "drawtext=\(Self.font):text='\(text)':fontsize=30:x=\(80 + column * 560):y=\(60 + row * 45)"
            }
        }
        let source = "color=white:size=1160x360,\(drawn.joined(separator: ","))"
        #expect(try reader.read(picture(source, width: 1160, height: 360)).map(\.text) == columns.flatMap(\.self))
    }

    @Test(arguments: ["testsrc2=size=640x360", "mandelbrot=size=640x360", "color=gray:size=640x360,noise=alls=60"])
    func aPictureWithoutATitleHasNoSentences(source: String) throws {
        let lines = try reader.read(picture(source, width: 640, height: 360))
        #expect(!lines.contains { $0.words.count > 1 }, "\(lines.map(\.text))")
    }

    @Test func theSmallestPicturesHaveNoText() throws {
        for side in [1, 2, 7, 8, 9, 16] {
            let picture = try Picture(width: side, height: 1, pixels: [UInt8](repeating: 0, count: side * 3))
            #expect(try reader.read(picture).isEmpty)
            let square = try Picture(width: side, height: side, pixels: [UInt8](repeating: 0, count: side * side * 3))
            #expect(try reader.read(square).isEmpty)
        }
    }

    @Test func aPictureWhoseBytesDoNotFitItsSizesIsRefused() {
        #expect(throws: Fault.self) { try Picture(width: 0, height: 0, pixels: []) }
        #expect(throws: Fault.self) { try Picture(width: 2, height: 2, pixels: [0, 0, 0]) }
        #expect(throws: Fault.self) { try Picture(width: .max, height: .max, pixels: [0, 0, 0]) }
        #expect(throws: Fault.self) { try Picture(width: -1, height: -1, pixels: [0, 0, 0]) }
    }

    @Test func `a picture that takes too long may be tried again`() throws {
        let hasty = try TextReader(dataFolder: nil, passTimeoutMilliseconds: 1)
        let text = "drawtext=\(Self.font):text='The harbour was quiet that morning':fontsize=30:x=80:y=60"
        let picture = try picture("color=white:size=1000x700,\(text)", width: 1000, height: 700)
        #expect(throws: ServingError.expired) { try hasty.read(picture) }
    }

    @Test func dataThatIsNotThereIsNamed() {
        #expect(throws: Fault.self) { try TextReader(dataFolder: "/nowhere") }
    }

    @Test func ofTwoReadingsOfOnePlaceTheOneThatSaysMoreStays() throws {
        let part = try #require(TextLine([word("apt", 0.96, x: 0.42)]))
        let whole = try #require(TextLine([word("Chapter", 0.95, x: 0.4), word("One", 0.95, x: 0.55)]))
        let other = try #require(TextLine([word("Elsewhere", 0.7, x: 0.4, y: 0.1)]))
        #expect(TextReader.best([part, whole, other]) == [other, whole])
        #expect(TextLine([word("-", 0.99, x: 0)]) == nil)
        #expect(TextLine([]) == nil)
    }

    private func word(_ text: String, _ confidence: Double, x: Double, y: Double = 0.5) -> TextWord {
        let width = Double(text.count) * 0.02
        return TextWord(
            text: text,
            confidence: confidence,
            box: Box(x: x, y: y, width: width, height: 0.05)
        )
    }

    private func picture(_ source: String, width: Int, height: Int) throws -> Picture {
        try Picture(width: width, height: height, pixels: Command.frame(source))
    }
}
