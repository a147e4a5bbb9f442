import MediaDecode
import Pipeline
import Synchronization
import Testing

/// How a file is asked for: few requests, no byte twice, a bounded part of it in memory.
@Suite struct ReadAheadTests {
    private static let sound = "-f lavfi -i anoisesrc=r=48000:d=60 -ac 2 -c:a pcm_s16le"

    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private func noted(_ name: String, _ arguments: String) throws -> NotingSource {
        _ = try workspace.make(name, arguments)
        return NotingSource(good: MemorySource(bytes: try workspace.bytes(name)))
    }

    @Test func `a file is read to its end in few, growing requests, and no byte twice`() async throws {
        let source = try noted("a.mkv", Self.sound)
        try #require(source.byteCount > 11_000_000)
        let reader = try await MediaReader.open(source)
        #expect(source.ranges.count <= 3)
        _ = try await reader.audio { _ in }
        let ranges = source.ranges.sorted { $0.lowerBound < $1.lowerBound }
        #expect(ranges.count <= 9)
        #expect(ranges.map(\.count).max() == 4 << 20)
        for (before, after) in zip(ranges, ranges.dropFirst()) { #expect(before.upperBound <= after.lowerBound) }
        #expect(ranges.reduce(0) { $0 + $1.count } <= Int(source.byteCount))
    }

    @Test func `the next block is on its way before this one is used up`() async throws {
        let source = try noted("a.mkv", Self.sound)
        let reader = try await MediaReader.open(source)
        let place = Mutex<Int64>(0)
        let byteCount = source.byteCount
        let wasAhead = Mutex(false)
        _ = try await reader.audio { chunk in
            // 192 bytes a millisecond.
            let read = chunk.startMilliseconds * 192
            place.withLock { $0 = read }
            let asked = source.ranges.map(\.upperBound).max() ?? 0
            if read > 2 << 20, asked < byteCount, asked > read + 3 << 20 { wasAhead.withLock { $0 = true } }
        }
        #expect(wasAhead.withLock { $0 })
    }

    @Test func `an index at the end is read whole, and only it`() async throws {
        let source = try noted("a.mov", "-f lavfi -i anoisesrc=r=48000:d=40 -c:a pcm_s16le -f mov")
        let index = try #require(source.boxes.first { $0.name == "moov" })
        let facts = try await MediaReader.open(source).facts
        #expect(facts.durationMilliseconds == 40_000)
        #expect(source.ranges.contains { $0.upperBound == index.range.upperBound })
        #expect(source.ranges.count <= 4)
    }

    @Test func `headers that take too much work or too many bytes are refused with the numbers`() async throws {
        let source = try noted("a.mkv", Self.sound)
        var limits = MediaLimits()
        limits.openingByteCount = 10_000
        #expect(await rejection(source, limits: limits) == "its headers take more than 10000 bytes")
        limits = MediaLimits()
        limits.openingWork = .seconds(-100_000)
        let reason = await rejection(source, limits: limits)
        #expect(reason == "reading its headers takes more than -100000 s of work")
    }
}

/// A byte source that notes every range it is asked for.
final class NotingSource: ByteSource {
    private let good: MemorySource
    private let noted = Mutex<[Range<Int64>]>([])

    init(good: MemorySource) { self.good = good }

    var byteCount: Int64 { good.byteCount }
    var ranges: [Range<Int64>] { noted.withLock { $0 } }

    func read(at offset: Int64, count: Int) async throws(Fault) -> [UInt8] {
        noted.withLock { $0.append(offset..<offset + Int64(count)) }
        return try await good.read(at: offset, count: count)
    }

    /// The top-level boxes of an MP4.
    var boxes: [(name: String, range: Range<Int64>)] {
        var found: [(name: String, range: Range<Int64>)] = []
        var offset = 0
        while offset + 8 <= good.bytes.count {
            let size = good.bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            guard size >= 8 else { break }
            let name = String(decoding: good.bytes[offset + 4..<offset + 8], as: UTF8.self)
            found.append((name, Int64(offset)..<Int64(offset + size)))
            offset += size
        }
        return found
    }
}
