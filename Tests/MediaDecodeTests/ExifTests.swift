import MediaDecode
import Testing

@Suite struct ExifTests {
    /// A block with a camera, a time and a place: 52 degrees 31' 12" north, 13 degrees 24' 18" west, 34 m high.
    private static let block: [UInt8] = {
        var builder = ExifBuilder()
        builder.entries = [
            .text(0x010F, "Camera Maker"), .text(0x0110, "Model 7"), .numbers(0x0112, 3, [6]),
        ]
        builder.exif = [
            .text(0x9003, "2024:05:01 12:34:56"), .text(0x9011, "+02:00"), .rationals(0x829A, [(1, 250)]),
            .rationals(0x829D, [(28, 10)]), .numbers(0x8827, 3, [200]),
        ]
        builder.place = [
            .text(1, "N"), .rationals(2, [(52, 1), (31, 1), (12, 1)]), .text(3, "W"),
            .rationals(4, [(13, 1), (24, 1), (18, 1)]), .numbers(5, 1, [0]), .rationals(6, [(34, 1)]),
        ]
        return builder.bytes
    }()

    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private static func jpeg(_ picture: [UInt8]) -> [UInt8] {
        let byteCount = block.count + 8
        let segment = [0xFF, 0xE1, UInt8(byteCount >> 8), UInt8(byteCount & 255)] + Array("Exif\0\0".utf8) + block
        return picture.prefix(2) + segment + picture.dropFirst(2)
    }

    private func make(_ name: String) throws -> [UInt8] {
        _ = try workspace.make(name, "-f lavfi -i testsrc2=size=64x48 -frames:v 1")
        return try workspace.bytes(name)
    }

    private func expectAll(_ facts: ExifFacts?) {
        #expect(facts?.make == "Camera Maker")
        #expect(facts?.model == "Model 7")
        #expect(facts?.orientation == 6)
        #expect(facts?.takenAt == "2024-05-01T12:34:56+02:00")
        #expect(facts?.exposureSeconds == 0.004)
        #expect(facts?.fNumber == 2.8)
        #expect(facts?.isoSpeed == 200)
        #expect(abs((facts?.location?.latitude ?? 0) - 52.52) < 1e-9)
        #expect(abs((facts?.location?.longitude ?? 0) + 13.405) < 1e-9)
        #expect(facts?.location?.altitude == 34)
        #expect(facts?.tags["Make"] == "Camera Maker", "raw values are kept")
    }

    @Test func `a JPEG's EXIF is read, with its place in degrees`() async throws {
        let source = MemorySource(bytes: Self.jpeg(try make("a.jpg")))
        let facts = try await MediaReader.open(source).facts
        expectAll(facts.exif)
        #expect(facts.metadata?.make == "Camera Maker")
        #expect(facts.metadata?.createdAt == "2024-05-01T12:34:56+02:00")
        #expect(facts.metadata?.location == facts.exif?.location)
    }

    @Test func `a PNG's EXIF is read from its chunk`() async throws {
        let bytes = try make("a.png")
        let count = Self.block.count
        let head = [0, 0, UInt8(count >> 8), UInt8(count & 255)] + Array("eXIf".utf8)
        // Behind the header chunk; the checksum is not looked at.
        let whole = bytes.prefix(33) + head + Self.block + [0, 0, 0, 0] + bytes.dropFirst(33)
        expectAll(ExifReader.read(Array(whole)))
    }

    @Test func `a WebP's EXIF is read from its chunk`() throws {
        let bytes = try make("a.webp")
        let count = Self.block.count
        let chunk = Array("EXIF".utf8) + [UInt8(count & 255), UInt8(count >> 8), 0, 0] + Self.block
        expectAll(ExifReader.read(bytes + chunk))
    }

    @Test func `a TIFF is itself such a block`() throws { expectAll(ExifReader.read(Self.block)) }

    @Test func `pictures without EXIF have none`() throws {
        for name in ["a.jpg", "a.png", "a.webp"] { #expect(ExifReader.read(try make(name)) == nil) }
        #expect(ExifReader.read([]) == nil)
    }

    @Test func `whatever bytes are wrong, the search ends`() throws {
        let whole = Self.jpeg(try make("a.jpg"))
        for count in 0..<min(whole.count, 600) { _ = ExifReader.read(Array(whole.prefix(count))) }
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            var bytes = Self.block
            for _ in 0..<4 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let facts = ExifReader.read(bytes)
            if let location = facts?.location {
                #expect(abs(location.latitude) <= 90 && abs(location.longitude) <= 180)
            }
        }
    }

    @Test(
        arguments: [
            ("+52.5200+013.4050+034.5/", 52.52, 13.405, 34.5), ("-33.5-070.25/", -33.5, -70.25, nil),
            ("+5231.2+01324.3/", 52.52, 13.405, nil), ("+523112-0132418/", 52.52, -13.405, nil),
        ] as [(String, Double, Double, Double?)]
    )
    func `places of videos are read in degrees`(text: String, latitude: Double, longitude: Double, altitude: Double?) {
        let place = GeoLocation(iso6709: text)
        #expect(abs((place?.latitude ?? 999) - latitude) < 1e-6)
        #expect(abs((place?.longitude ?? 999) - longitude) < 1e-6)
        #expect(place?.altitude == altitude)
    }

    @Test(arguments: ["", "+", "52.5+13.4/", "+91+000/", "+10+181/", "+1e5+2/", "+52.5/", "+5 2+13/"])
    func `what is no place is none`(text: String) { #expect(GeoLocation(iso6709: text) == nil) }
}

/// Writes EXIF blocks, little-endian.
struct ExifBuilder {
    struct Entry {
        let id: UInt16
        let kind: UInt16
        let count: Int
        let bytes: [UInt8]

        static func text(_ id: UInt16, _ text: String) -> Entry {
            Entry(id: id, kind: 2, count: text.utf8.count + 1, bytes: Array(text.utf8) + [0])
        }

        static func numbers(_ id: UInt16, _ kind: UInt16, _ numbers: [Int]) -> Entry {
            let size = kind == 1 ? 1 : kind == 3 ? 2 : 4
            return Entry(id: id, kind: kind, count: numbers.count, bytes: numbers.flatMap { little($0, size) })
        }

        static func rationals(_ id: UInt16, _ numbers: [(Int, Int)]) -> Entry {
            Entry(id: id, kind: 5, count: numbers.count, bytes: numbers.flatMap { little($0.0, 4) + little($0.1, 4) })
        }
    }

    var entries: [Entry] = []
    var exif: [Entry] = []
    var place: [Entry] = []

    static func little(_ number: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    var bytes: [UInt8] {
        let first = 8
        let main = entries + [.numbers(0x8769, 4, [0]), .numbers(0x8825, 4, [0])]
        let second = first + byteCount(main)
        let third = second + byteCount(exif)
        let all = entries + [.numbers(0x8769, 4, [second]), .numbers(0x8825, 4, [third])]
        return [0x49, 0x49, 42, 0, 8, 0, 0, 0] + directory(all, first) + directory(exif, second)
            + directory(place, third)
    }

    private func byteCount(_ entries: [Entry]) -> Int {
        entries.reduce(6 + entries.count * 12) { $0 + ($1.bytes.count > 4 ? $1.bytes.count : 0) }
    }

    private func directory(_ entries: [Entry], _ offset: Int) -> [UInt8] {
        var head = Self.little(entries.count, 2)
        var tail: [UInt8] = []
        let values = offset + 6 + entries.count * 12
        for entry in entries {
            head += Self.little(Int(entry.id), 2) + Self.little(Int(entry.kind), 2) + Self.little(entry.count, 4)
            if entry.bytes.count > 4 {
                head += Self.little(values + tail.count, 4)
                tail += entry.bytes
            } else {
                head += entry.bytes + [UInt8](repeating: 0, count: 4 - entry.bytes.count)
            }
        }
        return head + [0, 0, 0, 0] + tail
    }
}
