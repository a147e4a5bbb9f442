import Foundation
import MediaDecode
import Pipeline
import Testing

@Suite struct ReleaseTests {
    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    @Test func `readers give back all they took`() async throws {
        _ = try workspace.make(
            "a.mp4",
            "-f lavfi -i testsrc2=size=640x360:duration=0.12 -f lavfi -i sine=duration=0.12 -c:v libx264 -c:a aac"
        )
        let source = MemorySource(bytes: try workspace.bytes("a.mp4"))
        for _ in 0..<20 { try await use(source) }
        let before = try residentByteCount()
        for _ in 0..<200 { try await use(source) }
        let grown = try residentByteCount() - before
        // 200 frames alone would be over 60 MiB, and as many decoders far more; other tests run at the same time.
        #expect(grown < 40 << 20)
    }

    private func use(_ source: MemorySource) async throws {
        let reader = try await MediaReader.open(source)
        _ = try await reader.frames { _ = try $0.rgb(toFit: 320) }
        _ = try await reader.audio { _ in }
        let cut = MemorySource(bytes: [UInt8](source.bytes.prefix(source.bytes.count / 2)))
        await #expect(throws: Fault.self) { try await MediaReader.open(cut) }
    }

    private func residentByteCount() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return try #require(Int(fields[1])) * 4096
    }
}
