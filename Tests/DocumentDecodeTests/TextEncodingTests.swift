import Foundation
import Testing

@testable import DocumentDecode

@Suite struct TextEncodingTests {
    static let russian =
        "Пароход отправляется от северного причала каждый день в девять часов утра. Билеты продаются рядом."
    static let japanese = "港は一八四七年に手で掘られました。完成までに九年かかりました。切符は時計台の隣の売店で売っています。"
    static let chinese = "港口于一八四七年由人工挖掘，历时九年完工。车票在钟楼旁边的售货亭出售。救生员会听取游泳者的意见。"
    static let french =
        "Le bateau part à neuf heures de la jetée, près du marché. L’été, la plage est surveillée dès le matin."
    static let greek = "Το πλοίο αναχωρεί κάθε μέρα στις εννέα το πρωί από τη βόρεια αποβάθρα του λιμανιού της πόλης."

    private static func bytes(_ text: String, _ name: String) throws -> [UInt8] {
        let input = FileManager.default.temporaryDirectory.appending(path: "text-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: input) }
        try Data(text.utf8).write(to: input)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/iconv")
        process.arguments = ["-f", "UTF-8", "-t", name, input.path()]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = [UInt8](try pipe.fileHandleForReading.readToEnd() ?? Data())
        process.waitUntilExit()
        return output
    }

    @Test(arguments: [
        (russian, "UTF-8"), (russian, "KOI8-R"), (russian, "WINDOWS-1251"), (russian, "UTF-16"), (russian, "UTF-32"),
        (japanese, "SHIFT_JIS"), (japanese, "EUC-JP"), (japanese, "ISO-2022-JP"), (chinese, "GB18030"),
        (french, "WINDOWS-1252"), (greek, "ISO-8859-7"), (french, "UTF-16"),
    ])
    func aTextComesBackWhateverItsEncoding(text: String, name: String) throws {
        let bytes = try Self.bytes(text, name)
        let encoding = try #require(TextEncoding.detect(bytes, isWhole: true), "\(name)")
        #expect(encoding.text(bytes) == text, "\(name) was taken for \(encoding.name)")
    }

    @Test func utf16WithoutAMarkIsTold() throws {
        for name in ["UTF-16LE", "UTF-16BE"] {
            let bytes = try Self.bytes("Boats leave at nine, from the north pier.\n", name)
            #expect(TextEncoding.detect(bytes, isWhole: true)?.name == name)
        }
    }

    @Test func aCharacterCutByTheLookIsNoDamage() throws {
        for name in ["UTF-8", "SHIFT_JIS", "UTF-16"] {
            let bytes = try Self.bytes(Self.japanese, name)
            #expect(TextEncoding.detect(bytes.dropLast(), isWhole: false) != nil, "\(name)")
        }
    }

    @Test func binaryIsNoText() {
        var state: UInt64 = 7
        for count in [64, 300, 5000] {
            let noise = (0..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(state >> 56)
            }
            #expect(TextEncoding.detect(noise, isWhole: true) == nil)
            // Without what no text has, and still no text.
            let high = noise.map { $0 | 0x80 }
            #expect(TextEncoding.detect(high, isWhole: true)?.name.hasPrefix("UTF") != true)
        }
        #expect(TextEncoding.detect([0xFF, 0xFE, 0x00, 0xD8, 0x41, 0x00], isWhole: true) == nil)
        #expect(TextEncoding.detect([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0, 0, 0, 0], isWhole: true) == nil)
        #expect(TextEncoding.detect([0x47, 0x72, 0xFC, 0xDF], isWhole: true) == nil)
    }

    @Test func `rare controls are no reason to refuse a text`() {
        #expect(TextEncoding.detect(Array("one\u{0B}two\u{1A}".utf8), isWhole: true) == .utf8)
        #expect(TextEncoding.detect(Array("the end\0".utf8), isWhole: true) == .utf8)
        #expect(TextEncoding.mayBeWestern([0x47, 0xFC, 0]))
        #expect(TextEncoding.utf8.text(Array("the end\0".utf8)) == "the end")
        #expect(TextEncoding.detect([0, 0, 0], isWhole: true) == nil)
        #expect(TextEncoding.detect(Array("a\0b".utf8), isWhole: true) == nil)
        #expect(TextEncoding.detect(Array("no end\0".utf8), isWhole: false) == nil)
    }

    @Test func `with a mark of UTF-8, few letters are enough`() {
        let table = Array(String(repeating: ";;-;|;\n", count: 20).utf8)
        let bytes = [0xEF, 0xBB, 0xBF] + table
        #expect(TextEncoding.detect(bytes, isWhole: true)?.text(bytes) == String(decoding: table, as: UTF8.self))
        #expect(TextEncoding.detect([0xEF, 0xBB, 0xBF, 0xFF, 0xFE], isWhole: true) == nil)
    }

    @Test(arguments: ["WINDOWS-1251", "KOI8-R", "UTF-8"])
    func `where the look is all ASCII, what comes behind it tells the encoding`(name: String) throws {
        let sentence = "The boats leave for the island at nine. "
        let head = Array(String(repeating: sentence, count: TextEncoding.lookByteCount / 40 + 2).utf8)
        let tail = try Self.bytes(Self.russian, name)
        let bytes = head + tail
        let encoding = try #require(TextEncoding.detect(bytes, isWhole: true))
        #expect(encoding.text(bytes).hasSuffix(Self.russian), "\(name) was taken for \(encoding.name)")
        // One byte tells nothing.
        #expect(TextEncoding.detect(head + [0xE9], isWhole: true) == nil)
        #expect(TextEncoding.detect(head, isWhole: true) == .utf8)
    }

    @Test func whatCannotBeReadBecomesAMark() {
        let encoding = TextEncoding(name: "SHIFT_JIS", markByteCount: 0)
        #expect(encoding.text([0x41, 0xFD, 0x42]) == "A\u{FFFD}B")
        #expect(TextEncoding(name: "no such thing", markByteCount: 0).text([0x41]) == "A")
    }

    @Test func aPDFIsToldByItsHeaderAndAPageByItsFirstTag() {
        #expect(DocumentFormat.isPDF(Array("%PDF-1.7\n".utf8)))
        #expect(DocumentFormat.isPDF([UInt8](repeating: 0x20, count: 100) + Array("%PDF-1.4".utf8)))
        #expect(!DocumentFormat.isPDF([UInt8](repeating: 0x20, count: 1024) + Array("%PDF-1.4".utf8)))
        #expect(!DocumentFormat.isPDF([]))
        #expect(DocumentFormat.isHTML("\u{FEFF} <!DOCTYPE html><p>", named: "a"))
        #expect(DocumentFormat.isHTML("just words", named: "a.HTM"))
        #expect(!DocumentFormat.isHTML("just words", named: "a.txt"))
    }
}
