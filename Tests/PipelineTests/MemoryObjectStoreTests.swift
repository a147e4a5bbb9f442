import Pipeline
import Testing

@Suite struct MemoryObjectStoreTests {
    private let store = MemoryObjectStore()

    @Test func aRangeIsReadAsFarAsTheObjectGoes() async throws {
        await store.overwrite("a", Array(0..<10))
        let source = try await store.open("a")
        #expect(source.byteCount == 10)
        #expect(try await source.read(at: 2, count: 3) == [2, 3, 4])
        #expect(try await source.read(at: 8, count: 5) == [8, 9])
        #expect(try await source.read(at: 10, count: 5).isEmpty)
        #expect(try await source.read(at: 99, count: 5).isEmpty)
    }

    @Test func aReadFailsOnceTheBytesHaveChanged() async throws {
        await store.overwrite("a", [1])
        let source = try await store.open("a")
        await store.overwrite("a", [2])
        await #expect(throws: Fault.self) { try await source.read(at: 0, count: 1) }
        _ = await store.delete(["a"])
        await #expect(throws: Fault.self) { try await source.read(at: 0, count: 1) }
        await #expect(throws: Fault.self) { try await store.open("a") }
    }

    @Test func whatIsThereIsNotOverwritten() async throws {
        #expect(await store.putIfAbsent("a", [1], contentType: "text/plain") == .written)
        #expect(await store.putIfAbsent("a", [2], contentType: "text/plain") == .existed)
        #expect(try await store.open("a").read(at: 0, count: 9) == [1])
    }

    @Test func keysAreListedInPagesAndInTheOrderOfTheirBytes() async {
        for key in ["x/é", "x/b", "x/Z", "x/a", "y/a"] { await store.overwrite(key, []) }
        #expect(await store.list(prefix: "x/", after: "", atMost: 3).map(\.key) == ["x/Z", "x/a", "x/b"])
        #expect(await store.list(prefix: "x/", after: "x/b", atMost: 3).map(\.key) == ["x/é"])
    }
}
