import MediaAnalysis
import Pipeline
import Testing

@Suite struct FingerprintMatcherTests {
    @Test func `a whole copy is a transcode, however noisy`() throws {
        let film = Film(seeds: 0..<120)
        let evidence = try #require(film.evidence(film.noisy(bits: 18)))
        #expect(evidence.relation == .transcode)
        #expect(evidence.segments.count == 1)
        #expect(abs(evidence.segments[0].otherStartMilliseconds - evidence.segments[0].startMilliseconds) <= 125)
        #expect(evidence.coverage > 0.95 && evidence.otherCoverage > 0.95)
    }

    @Test func `a copy whose edges are cut is trimmed, and its place is told`() throws {
        let part = try #require(Film(seeds: 20..<100).evidence(Film(seeds: 0..<120)))
        #expect(part.relation == .trimmed)
        #expect(part.coverage > 0.95 && part.otherCoverage < 0.75)
        let segment = try #require(part.segments.first)
        #expect(abs(segment.otherStartMilliseconds - segment.startMilliseconds - 10_000) <= 250)
        #expect(abs(segment.lengthMilliseconds - 40_000) <= 500)
    }

    @Test func `a piece within much else is contained, seen from both sides`() throws {
        let film = Film(seeds: 0..<40)
        let host = Film(seeds: 1000..<1060) + film + Film(seeds: 2000..<2060)
        let inner = try #require(film.evidence(host))
        #expect(inner.relation == .contained)
        #expect(abs(inner.segments[0].otherStartMilliseconds - 30_000) <= 250)
        let outer = try #require(host.evidence(film))
        #expect(outer.relation == .contained)
        #expect(outer.coverage == inner.otherCoverage)
    }

    @Test func `what is cut out of the middle leaves two segments with their own offsets`() throws {
        let film = Film(seeds: 0..<120)
        let evidence = try #require((Film(seeds: 0..<50) + Film(seeds: 80..<120)).evidence(film))
        let offsets = evidence.segments.map { $0.otherStartMilliseconds - $0.startMilliseconds }
        #expect(offsets.count == 2)
        #expect(abs(offsets[0]) <= 250 && abs(offsets[1] - 15_000) <= 250)
    }

    @Test func `a film at 25 frames is found in one at 24`() throws {
        let film = Film(seeds: 0..<200)
        let evidence = try #require(film.evidence(film.slowed(by: 25.0 / 24)))
        #expect(evidence.relation == .transcode)
        #expect(evidence.coverage > 0.9)
    }

    @Test func `a picture that stands for years is compared as far as the other film goes`() throws {
        let film = Film(seeds: 0..<120)
        var endless = film
        endless.prints.append(
            FrameFingerprint(
                startMilliseconds: 60_000,
                endMilliseconds: 1 << 50,
                hash: Film.hash(5000),
                quality: 80,
                isIndexed: true
            )
        )
        for evidence in [endless.evidence(film), film.evidence(endless)] {
            let segment = try #require(evidence?.segments.first)
            #expect(abs(segment.lengthMilliseconds - 60_000) <= 750)
        }
    }

    @Test func `black frames make no pair`() {
        let black = Film(seeds: 0..<60, quality: 10)
        #expect(black.evidence(black) == nil)
        #expect((black + Film(seeds: 100..<140)).evidence(black + Film(seeds: 200..<240)) == nil)
    }

    @Test func `a picture that stands still makes no pair`() {
        let still = Film(Array(repeating: 7, count: 120))
        #expect(still.evidence(still) == nil)
    }

    @Test func `a common title and common credits make no pair, a common piece in the middle does`() {
        let (title, credits) = (Film(seeds: 5000..<5012), Film(seeds: 6000..<6050))
        let (one, other) = (Film(seeds: 0..<100), Film(seeds: 200..<300))
        #expect((title + one + credits).evidence(title + other + credits) == nil)
        let middle = (one + credits + one.reversed).evidence(other + credits + other.reversed)
        #expect(middle?.relation == .contained)
        #expect(middle?.segments.count == 1)
    }

    @Test func `a piece that many hold is nobody's own`() {
        func duplicate(_ asset: AssetID, from start: Int, coverage: Double = 0.2) -> NearDuplicate {
            let segment = AlignedSegment(
                startMilliseconds: start,
                otherStartMilliseconds: 0,
                lengthMilliseconds: 12_000
            )
            let evidence = DuplicateEvidence(
                by: .picture,
                relation: .contained,
                score: 0.2,
                coverage: coverage,
                otherCoverage: 0.2,
                segments: [segment]
            )
            return NearDuplicate(other: asset, otherGeneration: 1, evidence: evidence)
        }
        let pieces = ["a", "b", "c", "d"].map { duplicate($0, from: 30_000) }
        let whole = duplicate("e", from: 30_000, coverage: 0.9)
        let own = duplicate("f", from: 90_000)
        #expect(DuplicateJudge.withoutCommonPieces(pieces + [whole, own]).map(\.other) == ["e", "f"])
        #expect(DuplicateJudge.withoutCommonPieces(Array(pieces.prefix(3))).count == 3)
    }

    @Test func `another film makes no pair`() {
        #expect(Film(seeds: 0..<200).evidence(Film(seeds: 1000..<1200)) == nil)
    }

    @Test func `a turned picture and one with a border are the picture`() throws {
        let print = { (seed: UInt64, isIndexed: Bool) in
            FrameFingerprint(hash: Film.hash(seed), quality: 80, isIndexed: isIndexed)
        }
        let evidence = FingerprintMatcher.evidence(
            .picture([print(1, true), print(2, false)]),
            .picture([print(2, true), print(9, false)])
        )
        #expect(evidence?.relation == .transcode)
        #expect(
            FingerprintMatcher.evidence(.picture([print(1, true)]), .picture([print(3, true), print(1, false)])) == nil
        )
    }

    @Test func `a piece of a sound is found at its place, and silence nowhere`() throws {
        let items = (0..<900).map { UInt32(truncatingIfNeeded: Film.hash(UInt64($0)).words[0]) }
        let whole = SoundItems(items: items, itemMilliseconds: 123.8)
        let noisy = items[200..<600].enumerated().map { $0 % 3 == 0 ? $1 : $1 ^ 0x0001_0100 }
        let evidence = try #require(
            FingerprintMatcher.evidence(.sound(SoundItems(items: noisy, itemMilliseconds: 123.8)), .sound(whole))
        )
        #expect(evidence.relation == .contained)
        let segment = evidence.segments[0]
        #expect(abs(segment.otherStartMilliseconds - segment.startMilliseconds - 24_760) <= 125)
        let silence = SoundItems(items: Array(repeating: SoundItems.silence, count: 900), itemMilliseconds: 123.8)
        #expect(FingerprintMatcher.evidence(.sound(silence), .sound(silence)) == nil)
    }
}

/// Frames of half a second, each with a hash of its own.
private struct Film {
    private static let frameMilliseconds = 500
    var prints: [FrameFingerprint]

    init(seeds: Range<UInt64>, quality: Int = 80) { self.init(Array(seeds), quality: quality) }

    init(_ seeds: [UInt64], quality: Int = 80) {
        prints = seeds.enumerated().map { Self.print($0, Self.hash($1), quality) }
    }

    static func hash(_ seed: UInt64) -> PictureHash {
        var state = (seed + 1) &* 0x9E37_79B9_7F4A_7C15
        var words = SIMD4<UInt64>()
        for index in 0..<4 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            words[index] = word ^ (word >> 31)
        }
        return PictureHash(words: words)
    }

    static func + (left: Film, right: Film) -> Film {
        var film = left
        film.prints = (left.prints + right.prints).enumerated().map { print($0, $1.hash, $1.quality) }
        return film
    }

    var reversed: Film {
        var film = self
        film.prints = prints.reversed().enumerated().map { Self.print($0, $1.hash, $1.quality) }
        return film
    }

    /// With so many bits of every hash changed.
    func noisy(bits: Int) -> Film {
        var film = self
        film.prints = prints.enumerated().map { index, print in
            var words = print.hash.words
            for change in 0..<bits {
                let bit = (change * 13 + index * 7) % 256
                words[bit / 64] ^= 1 << UInt64(bit % 64)
            }
            return Self.print(index, PictureHash(words: words), print.quality)
        }
        return film
    }

    func slowed(by rate: Double) -> Film {
        var film = self
        film.prints = prints.map {
            FrameFingerprint(
                startMilliseconds: Int(Double($0.startMilliseconds) * rate),
                endMilliseconds: Int(Double($0.endMilliseconds) * rate),
                hash: $0.hash,
                quality: $0.quality,
                isIndexed: true
            )
        }
        return film
    }

    func evidence(_ other: Film) -> DuplicateEvidence? {
        FingerprintMatcher.evidence(.frames(prints), .frames(other.prints))
    }

    private static func print(_ index: Int, _ hash: PictureHash, _ quality: Int) -> FrameFingerprint {
        FrameFingerprint(
            startMilliseconds: index * frameMilliseconds,
            endMilliseconds: (index + 1) * frameMilliseconds,
            hash: hash,
            quality: quality,
            isIndexed: true
        )
    }
}
