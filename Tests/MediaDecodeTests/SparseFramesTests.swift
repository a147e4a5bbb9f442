import Pipeline
import Testing

@testable import MediaDecode

/// What is left out where a pass is sparse, and that nothing else is.
@Suite struct SparseFramesTests {
    private let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private struct Pass {
        var frames: [VideoFrame] = []
        var report = DecodeReport()

        var times: [Int64] { frames.map(\.startMilliseconds) }
        var decoded: [Int64] { frames.filter { !$0.isStandIn }.map(\.startMilliseconds) }
    }

    private func pass(_ source: any ByteSource, _ differ: FrameOptions.Compare?) async throws -> Pass {
        var pass = Pass()
        pass.report = try await MediaReader.open(source).frames(FrameOptions(sparse: differ)) { pass.frames.append($0) }
        return pass
    }

    /// Three seconds of one still picture, two of another, and two of the first again.
    private static let joined =
        "-f lavfi -i testsrc=duration=0.04:rate=25 -f lavfi -i mandelbrot=size=320x240:rate=25 -filter_complex "
        + "[0]loop=loop=124:size=1:start=0,setpts=N/25/TB,split[a][c];[1]trim=end_frame=1,loop=loop=49:size=1:start=0,"
        + "setpts=N/25/TB[b];[a]trim=end_frame=75[a];[c]trim=end_frame=50[c];[a][b][c]concat=n=3,format=yuv420p"

    @Test func `of still shots only the key frames are decoded, and every other time is stood in for`() async throws {
        let source = try workspace.make("a.mp4", "\(Self.joined) -c:v libx264 -bf 3")
        let all = try await pass(source, nil)
        let some = try await pass(source) { $0 != $1 }
        // Of the first group nothing tells whether it ended early.
        #expect(some.decoded.filter { $0 >= 3000 } == [3000, 5000])
        #expect(some.times.filter { $0 >= 3000 } == all.times.filter { $0 >= 3000 })
        #expect(some.report.endMilliseconds == all.report.endMilliseconds)
        let second = some.frames.filter { (3000..<5000).contains($0.startMilliseconds) }
        #expect(second.count == 50)
        #expect(second.allSatisfy { $0.luma == all.frames[75].luma })
    }

    @Test func `a cut without a key frame shows in its packet, and is decoded`() async throws {
        let source = try workspace.make("a.mp4", "\(Self.joined) -c:v libx264 -x264-params scenecut=0:keyint=250")
        let some = try await pass(source) { $0 != $1 }
        for cut: Int64 in [3000, 5000] {
            #expect(some.decoded.contains { (cut..<cut + 160).contains($0) })
            #expect(some.decoded.contains { (cut - 160..<cut).contains($0) })
        }
        #expect(some.decoded.last.map { $0 < 6000 } == true)
    }

    @Test func `between key frames at set distances, what differs is decoded and what does not is left out`()
        async throws
    {
        let options = "-f lavfi -i testsrc2=rate=25:duration=4 -c:v libx264 -x264-params scenecut=0:keyint=25:bframes=0"
        let source = try workspace.make("a.mp4", options)
        let differing = try await pass(source) { _, _ in true }
        let equal = try await pass(source) { _, _ in false }
        #expect(differing.decoded.count >= 75)
        #expect(equal.decoded == [0, 1000, 2000, 3000])
        #expect(equal.times == differing.times)
    }

    @Test func `a group of any length is decoded as long as no key frame comes`() async throws {
        let options = "-f lavfi -i testsrc=size=64x64:rate=100:duration=21 -c:v libx264 -preset ultrafast -g 5000"
        let source = try workspace.make("a.mkv", "\(options) -x264-params scenecut=0")
        let some = try await pass(source) { _, _ in false }
        #expect(some.decoded.count == 2100)
    }

    @Test(arguments: [
        "a.avi -c:v mpeg4 -g 12 -bf 2", "a.ts -c:v mpeg2video -g 12 -bf 2", "a.webm -c:v libvpx -g 12",
        "a.mov -c:v mjpeg",
    ])
    func `other codecs keep their times, and begin with a frame`(file: String) async throws {
        let words = file.split(separator: " ", maxSplits: 1).map(String.init)
        let source = try workspace.make(words[0], "-f lavfi -i testsrc2=rate=25:duration=2 \(words[1])")
        let all = try await pass(source, nil)
        let some = try await pass(source) { $0 != $1 }
        #expect(some.frames.first?.isStandIn == false)
        #expect(Set(some.times).isSubset(of: all.times))
        #expect(some.decoded.count >= 2)
        #expect(some.report.damagedPacketCount == 0)
    }

    @Test func `a cut file and a damaged one give what they have, and say so`() async throws {
        _ = try workspace.make(
            "a.mp4",
            "-f lavfi -i testsrc2=rate=25:duration=8 -c:v libx264 -g 25 -movflags +faststart"
        )
        var bytes = try workspace.bytes("a.mp4")
        let cut = try await pass(MemorySource(bytes: [UInt8](bytes.prefix(bytes.count * 6 / 10)))) { _, _ in true }
        #expect((40...150).contains(cut.times.count))
        #expect(cut.report.wasTruncated)
        for start in stride(from: bytes.count / 2, to: bytes.count * 3 / 4, by: 500) {
            for index in start..<start + 100 { bytes[index] = 0xFF }
        }
        let damaged = try await pass(MemorySource(bytes: bytes)) { _, _ in true }
        #expect(damaged.times.count > 80)
        #expect(damaged.report.damagedPacketCount > 3)
        #expect(damaged.times == damaged.times.sorted())
    }
}
