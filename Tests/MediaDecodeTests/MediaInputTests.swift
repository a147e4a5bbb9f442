import MediaDecode
import Pipeline
import Testing

@Suite struct MediaInputTests {
    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    @Test func `a large MP4 with its index at the end takes few requests`() async throws {
        let source = try workspace.make(
            "large.mp4",
            "-f lavfi -i testsrc2=size=640x360:rate=25:duration=8 -f lavfi -i sine=duration=8 "
                + "-c:v mpeg4 -b:v 22M -minrate 22M -maxrate 22M -bufsize 4M -bf 0 -g 1 -qmin 1 -c:a aac"
        )
        try #require(source.byteCount > 18_000_000)
        let facts = try await MediaReader.open(source).facts
        #expect(facts.durationMilliseconds == 8000)
        #expect(source.requestCount <= 4)
        #expect(source.readByteCount <= 3 << 20)
    }

    @Test func `a store that does not answer is not the file's fault`() async throws {
        let file = try workspace.make("a.mp4", "-f lavfi -i testsrc2=duration=2 -c:v libx264")
        let source = FailingSource(good: file, failsFrom: 0, fault: .retry("s3.GetObject", after: .seconds(7)))
        let fault = await #expect(throws: Fault.self) { try await MediaReader.open(source) }
        #expect(fault?.operation == "s3.GetObject")
        #expect(fault?.verdict == .retry(after: .seconds(7)))
    }

    @Test(arguments: [1, 2, 3])
    func `a store that stops answering behind the header is not the file's fault either`(megabyte: Int64) async throws {
        let file = try workspace.make(
            "a.mov",
            "-f lavfi -i testsrc2=size=1280x720:duration=0.2 -pix_fmt uyvy422 -c:v rawvideo -movflags +faststart"
        )
        try #require(file.byteCount > 4 << 20)
        let source = FailingSource(good: file, failsFrom: megabyte << 20, fault: .retry("s3.GetObject"))
        let fault = await #expect(throws: Fault.self) {
            let reader = try await MediaReader.open(source)
            _ = try await reader.frames { _ in }
        }
        #expect(fault?.operation == "s3.GetObject", "\(String(describing: fault))")
    }

    @Test func `a source that gives less than it holds is tried again`() async throws {
        let file = try workspace.make("a.mp4", "-f lavfi -i testsrc2=duration=2 -c:v libx264")
        let source = ShortSource(good: file)
        let fault = await #expect(throws: Fault.self) { try await MediaReader.open(source) }
        #expect(fault?.faultClass == "retry")
    }

    @Test(.timeLimit(.minutes(1))) func `cancelling ends a read that waits`() async throws {
        let reading = Task { try await MediaReader.open(SilentSource(byteCount: 1 << 20)) }
        try await Task.sleep(for: .milliseconds(100))
        reading.cancel()
        let fault = await #expect(throws: Fault.self) { _ = try await reading.value }
        #expect(fault?.faultClass == "retry")
        #expect(fault?.underlying is CancellationError)
    }

    @Test(.timeLimit(.minutes(1))) func `readers that wait do not hold up the others`() async throws {
        let file = try workspace.make("a.wav", "-f lavfi -i sine=duration=1")
        let waiting = (0..<16).map { _ in Task { try await MediaReader.open(SilentSource(byteCount: 1 << 20)) } }
        try await Task.sleep(for: .milliseconds(100))
        #expect(try await MediaReader.open(file).facts.mediaKind == .audio)
        for task in waiting { task.cancel() }
        for task in waiting { _ = await task.result }
    }
}

/// A byte source that says it holds more than it gives.
struct ShortSource: ByteSource {
    let good: any ByteSource

    var byteCount: Int64 { good.byteCount }

    func read(at offset: Int64, count: Int) async throws(Fault) -> [UInt8] {
        try await good.read(at: offset, count: count - 1)
    }
}
