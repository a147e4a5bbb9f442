import DocumentDecode
import Pipeline

@testable import MediaDecode

extension FuzzTarget {
    private static let frameCount = 4
    private static let chunkCount = 4
    /// Small enough for a fuzzer to go through thousands of files a minute.
    private static var limits: MediaLimits {
        var limits = MediaLimits()
        limits.pixelCount = 1 << 20
        limits.duration = .seconds(600)
        limits.probeByteCount = 1 << 20
        return limits
    }

    /// The facts, then the first frames and samples, as a stage reads them.
    static func media(_ bytes: [UInt8]) {
        let cache = BlockCache(Bytes(bytes: bytes))
        guard let facts = try? Container(cache, limits).facts() else { return }
        for options in [FrameOptions(), FrameOptions(sparse: { $0 != $1 })] {
            guard let stream = facts.videoStream, let container = try? Container(cache, limits),
                let pass = try? VideoPass(container, stream.index, options)
            else { break }
            var last: Int64 = 0
            for _ in 0..<frameCount {
                guard let frame = try? pass.next() else { break }
                precondition(frame.startMilliseconds >= last, "a frame before the one before it")
                last = frame.startMilliseconds
            }
            _ = pass.report
        }
        if let stream = facts.audioStream, let container = try? Container(cache, limits),
            let pass = try? AudioPass(container, stream.index)
        {
            for _ in 0..<chunkCount {
                guard let chunk = try? pass.next() else { break }
                precondition(chunk.samples.count <= AudioChunk.sampleRate, "a chunk that is too long")
            }
            _ = pass.report
        }
    }

    static func movieBoxes(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        _ = try? MovieBoxes(BlockCache(Bytes(bytes: bytes))).missingPart()
    }

    static func exif(_ bytes: [UInt8]) {
        _ = ExifReader.read(bytes)
        _ = GeoLocation(iso6709: String(decoding: bytes.prefix(64), as: UTF8.self))
    }

    static func jpeg(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { bytes in
            for side in [1, 4, 24, 4096] { _ = JPEGLuma.read(bytes, shortSide: side, limits: limits) }
        }
    }

    static func text(_ bytes: [UInt8]) {
        _ = DocumentFormat.isPDF(bytes)
        guard let encoding = TextEncoding.detect(bytes, isWhole: true) else { return }
        _ = DocumentFormat.isHTML(encoding.text(bytes), named: "a")
    }

    private struct Bytes: ByteSource {
        let bytes: [UInt8]

        var byteCount: Int64 { Int64(bytes.count) }

        func read(at offset: Int64, count: Int) async throws(Fault) -> [UInt8] {
            let start = min(Int(offset), bytes.count)
            return [UInt8](bytes[start..<min(start + count, bytes.count)])
        }
    }
}
