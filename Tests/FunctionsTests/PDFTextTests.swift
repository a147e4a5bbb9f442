import DocumentDecode
import Pipeline
import StageRuntime
import Testing

@testable import Probe
@testable import ReadText

@Suite struct PDFTextTests {
    private func text(_ bytes: [UInt8]) async throws(Fault) -> PDFText { try await PDFText(of: MemoryBytes(bytes)) }

    private func reason(_ bytes: [UInt8]) async -> String? {
        do {
            _ = try await text(bytes)
            return nil
        } catch {
            guard case .reject(let reason) = error.verdict else { return "\(error)" }
            return reason
        }
    }

    @Test func everyParagraphKnowsItsPage() async throws {
        let document = try await text(
            MadePDF.bytes(["Boats leave at nine.", nil, "Tickets are sold\nbeside the clock."])
        )
        #expect(document.paragraphs.map(\.page) == [1, 3])
        #expect(document.paragraphs.map(\.text) == ["Boats leave at nine.", "Tickets are sold beside the clock."])
        #expect(document.pageCount == 3)
        #expect(document.emptyPages == [2])
        #expect(!document.isCut)
    }

    @Test func aPageWithoutTextCanBeLookedAt() async throws {
        let document = try await text(MadePDF.bytes([nil]))
        let picture = try #require(try await document.picture(ofPage: 1))
        #expect(max(picture.width, picture.height) == 2300)
        #expect(picture.pixels.allSatisfy { $0 == 255 })
        #expect(try await document.picture(ofPage: 2) == nil)
    }

    @Test func aDamagedPDFIsRefusedInPlainWords() async throws {
        #expect(await reason(Array("%PDF-1.4\nnothing of it".utf8)) == "the PDF is damaged and can't be read")
        #expect(await reason(Array("%PDF-".utf8)) == "the PDF is damaged and can't be read")
        // A PDF whose table is not where it says is mended, as viewers do.
        let lost = String(decoding: MadePDF.bytes(["Boats leave at nine."]), as: UTF8.self)
            .replacing("startxref\n", with: "startxref\n9")
        #expect(try await text(Array(lost.utf8)).paragraphs.map(\.text) == ["Boats leave at nine."])
    }

    @Test func aLockedPDFIsRefusedInPlainWords() async throws {
        // Poppler asks for the password before it looks at anything else.
        let locked = String(decoding: MadePDF.bytes(["secret"]), as: UTF8.self).replacing(
            "/Root 1 0 R",
            with: """
                /Root 1 0 R /ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>] /Encrypt \
                << /Filter /Standard /V 1 /R 2 /P -64 /O <\(String(repeating: "41", count: 32))> \
                /U <\(String(repeating: "42", count: 32))> >>
                """
        )
        #expect(await reason(Array(locked.utf8)) == "the PDF is locked with a password")
    }

    @Test func aProgramPastItsLimitsIsEnded() async throws {
        var limits = LimitedProgram.Limits()
        limits.time = .milliseconds(200)
        limits.outputByteCount = 4096
        let program = try await LimitedProgram("sleep", limits: limits, reading: MemoryBytes([]))
        #expect(try await program.run(["60"]).code == nil)
        let endless = try await program.named("yes").run([])
        #expect(endless.code == nil && endless.isCut && endless.output.count == 4096)
        await #expect(throws: Fault.self) { try await program.named("no-such-program").run([]) }
    }

    @Test func aProgramReadsTheFileAndItsErrorsAreKept() async throws {
        let program = try await LimitedProgram("cat", reading: MemoryBytes(Array("the file".utf8)))
        for _ in 0..<2 {
            let outcome = try await program.run(["/dev/stdin"])
            #expect(outcome.code == 0 && outcome.output == Array("the file".utf8))
        }
        let failed = try await program.run(["/nowhere"])
        #expect(failed.code == 1 && failed.errors.contains("/nowhere"))
    }

    @Test func memoryIsLimited() async throws {
        var limits = LimitedProgram.Limits()
        limits.memoryByteCount = 64 << 20
        let program = try await LimitedProgram("dd", limits: limits, reading: MemoryBytes([]))
        let greedy = try await program.run(["if=/dev/zero", "of=/dev/null", "bs=256M", "count=1"])
        #expect(greedy.code == 1 && greedy.errors.contains("memory"))
    }

    @Test func aPDFIsADocumentWhateverItsName() async throws {
        let bytes = MadePDF.bytes(["Boats"])
        for name in ["a.pdf", "a.txt", "a"] {
            let document = try #require(try await Document(of: MemoryBytes(bytes), named: name))
            #expect(document.format == .pdf && document.encoding == nil)
        }
    }

    @Test func aPixmapIsReadAndAWrongOneIsNot() {
        let picture = RGBImage(portablePixmap: Array("P6\n2 1\n255\n".utf8) + [1, 2, 3, 4, 5, 6])
        #expect(picture == RGBImage(width: 2, height: 1, pixels: [1, 2, 3, 4, 5, 6]))
        for wrong in ["", "P6", "P5\n2 1\n255\n", "P6\n2 1\n65535\n", "P6\n0 1\n255\n", "P6\n99999 99999\n255\n"] {
            #expect(RGBImage(portablePixmap: Array(wrong.utf8)) == nil)
        }
        #expect(RGBImage(portablePixmap: Array("P6\n2 1\n255\n".utf8) + [1, 2, 3]) == nil)
    }
}
