import Foundation
import Pipeline
import Synchronization
import Testing

/// What every object store must do, whatever it is made of.
@Suite(.contract(.objectStore), .timeLimit(.minutes(5))) struct ObjectStoreContractTests {
    @Test(arguments: StoreKind.allCases)
    func whatIsPutCanBeReadInAllWays(_ kind: StoreKind) async throws {
        let store = try await kind.make()
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        #expect(try await store.putIfAbsent("a/b", bytes, contentType: "video/mp4") == .written)
        let info = try #require(try await store.info("a/b"))
        #expect(info.byteCount == 100_000)
        #expect(info.contentType == "video/mp4")
        #expect(!info.entityTag.isEmpty)
        let source = try await store.open("a/b")
        #expect(source.byteCount == 100_000)
        #expect(try await source.read(at: 0, count: 10) == Array(bytes[..<10]))
        #expect(try await source.read(at: 99_990, count: 100) == Array(bytes[99_990...]))
        #expect(try await source.read(at: 100_000, count: 1).isEmpty)
        let stream = try await store.stream("a/b")
        #expect(stream.info == info)
        var streamed: [UInt8] = []
        while let chunk = try await stream.next() { streamed += chunk }
        #expect(streamed == bytes)
    }

    @Test(arguments: StoreKind.allCases)
    func anEmptyObjectIsAnObject(_ kind: StoreKind) async throws {
        let store = try await kind.make()
        #expect(try await store.putIfAbsent("empty", [], contentType: "text/plain") == .written)
        #expect(try await store.info("empty")?.byteCount == 0)
        #expect(try await store.open("empty").read(at: 0, count: 5).isEmpty)
        #expect(try await store.stream("empty").next() == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func whatIsThereIsNotOverwritten(_ kind: StoreKind) async throws {
        let store = try await kind.make()
        #expect(try await store.putIfAbsent("a", [1], contentType: "x/y") == .written)
        #expect(try await store.putIfAbsent("a", [2], contentType: "x/y") == .existed)
        #expect(try await store.open("a").read(at: 0, count: 1) == [1])
    }

    @Test(arguments: StoreKind.allCases)
    func whatIsMissingIsNilOrAReject(_ kind: StoreKind) async throws {
        let store = try await kind.make()
        #expect(try await store.info("none") == nil)
        let opened = await #expect(throws: Fault.self) { try await store.open("none") }
        #expect(opened?.faultClass == "reject")
        let streamed = await #expect(throws: Fault.self) { try await store.stream("none") }
        #expect(streamed?.faultClass == "reject")
        try await store.delete(["none"])[0].get()
    }

    @Test(arguments: StoreKind.allCases)
    func anObjectThatChangesFailsItsReaders(_ kind: StoreKind) async throws {
        let store = try await kind.make()
        // The beginning may have come with opening; behind it the store must be asked.
        let byteCount: Int64 = 1 << 20
        try await store.upload("a", from: PatternSource(byteCount: byteCount), contentType: "x/y") { _ in }
        let source = try await store.open("a")
        try await store.upload("a", from: PatternSource(byteCount: byteCount + 1), contentType: "x/y") { _ in }
        let changed = await #expect(throws: Fault.self) { try await source.read(at: byteCount - 1, count: 1) }
        #expect(changed?.faultClass == "retry", "the next try reads what is there then")
        let second = try await store.open("a")
        try await store.delete(["a"])[0].get()
        let gone = await #expect(throws: Fault.self) { try await second.read(at: byteCount - 1, count: 1) }
        #expect(gone?.faultClass == "reject")
    }

    @Test(arguments: StoreKind.allCases)
    func largeUploadsArriveWholeAndTellHowFarTheyAre(_ kind: StoreKind) async throws {
        let store = try await kind.make()
        let source = PatternSource(byteCount: 40 << 20)
        let told = Mutex<[Int64]>([])
        try await store.upload("large", from: source, contentType: "video/mp4") { count in
            told.withLock { $0.append(count) }
        }
        let progress = told.withLock { $0 }
        #expect(progress.count > 1)
        #expect(progress == progress.sorted())
        #expect(progress.last == source.byteCount)
        #expect(try await store.info("large")?.byteCount == source.byteCount)
        let offset: Int64 = 16 << 20
        let read = try await store.open("large").read(at: offset - 100, count: 200)
        #expect(read == source.read(at: offset - 100, count: 200))
    }

    @Test(arguments: StoreKind.allCases)
    func keysOfAllKindsAreListedInTheOrderOfTheirBytes(_ kind: StoreKind) async throws {
        let store = try await kind.make()
        let keys = ["p/a b+c%20.mp4", "p/ä/世界 🎬.mp4", "p/Z", "p/a&<b>\"'", "p/a/../b", "p/~-_.!*()"]
        for key in keys { _ = try await store.putIfAbsent(key, [1, 2], contentType: "x/y") }
        _ = try await store.putIfAbsent("q", [1], contentType: "x/y")
        let listed = try await store.list(prefix: "p/", after: "", atMost: 100)
        #expect(listed.map(\.key) == keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(listed.allSatisfy { $0.byteCount == 2 })
        for key in keys { #expect(try await store.open(key).read(at: 0, count: 9) == [1, 2]) }
        let rest = try await store.list(prefix: "p/", after: listed[1].key, atMost: 2)
        #expect(rest.map(\.key) == [listed[2].key, listed[3].key])
        for result in await store.delete(keys) { try result.get() }
        #expect(try await store.list(prefix: "", after: "", atMost: 100).map(\.key) == ["q"])
    }

    @Test(arguments: StoreKind.allCases)
    func ofWritesAtOnceOneIsWritten(_ kind: StoreKind) async throws {
        let store = try await kind.make()
        let written = try await withThrowingTaskGroup(of: UInt8?.self) { group in
            for value in UInt8(0)..<8 {
                group.addTask {
                    let bytes = [UInt8](repeating: value, count: 1000)
                    return try await store.putIfAbsent("a", bytes, contentType: "x/y") == .written ? value : nil
                }
            }
            return try await group.reduce(into: [UInt8]()) { if let value = $1 { $0.append(value) } }
        }
        #expect(written.count == 1)
        #expect(try await store.open("a").read(at: 0, count: 1) == Array(written.prefix(1)))
    }

    @Test(arguments: StoreKind.allCases)
    func anUploadReplacesWhatIsThere(_ kind: StoreKind) async throws {
        let store = try await kind.make()
        try await store.upload("a", from: PatternSource(byteCount: 10), contentType: "x/y") { _ in }
        try await store.upload("a", from: PatternSource(byteCount: 20), contentType: "x/z") { _ in }
        let info = try #require(try await store.info("a"))
        #expect(info.byteCount == 20)
        #expect(info.contentType == "x/z")
    }

    @Test(arguments: [10, 20 << 20], StoreKind.allCases)
    func aSourceThatEndsEarlyLeavesNothing(_ byteCount: Int64, _ kind: StoreKind) async throws {
        let store = try await kind.make()
        let source = ShortSource(byteCount: byteCount)
        let fault = await #expect(throws: Fault.self) {
            try await store.upload("a", from: source, contentType: "x/y") { _ in }
        }
        #expect(fault?.faultClass == "reject")
        #expect(try await store.info("a") == nil)
    }

    @Test(arguments: StoreKind.allCases)
    func aLargeObjectIsStreamedWhole(_ kind: StoreKind) async throws {
        let store = try await kind.make()
        let source = PatternSource(byteCount: 20 << 20)
        try await store.upload("a", from: source, contentType: "x/y") { _ in }
        let stream = try await store.stream("a")
        var byteCount: Int64 = 0
        while let chunk = try await stream.next() {
            #expect(chunk.first == UInt8(truncatingIfNeeded: byteCount))
            byteCount += Int64(chunk.count)
        }
        #expect(byteCount == source.byteCount)
    }
}

/// Bytes that are one fewer than was said.
private struct ShortSource: ByteSource {
    let byteCount: Int64

    func read(at offset: Int64, count: Int) -> [UInt8] {
        PatternSource(byteCount: byteCount - 1).read(at: offset, count: count)
    }
}
