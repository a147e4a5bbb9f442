import MediaDecode

/// A sound's outline for a player: the lowest and the highest sample of every stretch, in bounded memory.
///
/// Written in the binary form that BBC's audiowaveform writes and peaks.js reads (version 2, 8 bits).
package struct Waveform {
    /// 10 ms, until there are more of them than are kept; then two become one.
    private static let shortestStretch = 160
    /// 16,384 pairs are 32 kB: enough for a screen at every step of a player's zoom.
    package static let pairCount = 16_384

    private let pairCount: Int

    package private(set) var samplesPerPixel = shortestStretch
    private var pairs: [SIMD2<Float>] = []
    private var open = SIMD2<Float>(0, 0)
    private var openCount = 0

    /// - Parameter pairCount: how many pairs there may be; even.
    package init(pairCount: Int = Self.pairCount) { self.pairCount = pairCount }

    /// How many pairs there are.
    package var length: Int { pairs.count + (openCount > 0 ? 1 : 0) }

    /// Takes the next samples: mono, 16,000 per second.
    package mutating func add(_ samples: [Float]) {
        for sample in samples {
            if openCount == 0 { open = SIMD2(sample, sample) }
            if sample < open.x { open.x = sample }
            if sample > open.y { open.y = sample }
            openCount += 1
            if openCount == samplesPerPixel { close() }
        }
    }

    /// The file: a header of 24 bytes, little-endian, then the pairs.
    package var bytes: [UInt8] {
        let all = openCount > 0 ? pairs + [open] : pairs
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24 + 2 * all.count)
        // Version, flags (1: 8 bits), samples a second, samples a pixel, length, channels.
        for number in [2, 1, AudioChunk.sampleRate, samplesPerPixel, all.count, 1] {
            for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
        }
        for pair in all {
            bytes.append(Self.byte(pair.x))
            bytes.append(Self.byte(pair.y))
        }
        return bytes
    }

    private mutating func close() {
        pairs.append(open)
        openCount = 0
        guard pairs.count == pairCount else { return }
        pairs = stride(from: 0, to: pairs.count, by: 2).map { index in
            SIMD2(min(pairs[index].x, pairs[index + 1].x), max(pairs[index].y, pairs[index + 1].y))
        }
        samplesPerPixel *= 2
    }

    private static func byte(_ sample: Float) -> UInt8 {
        guard sample.isFinite else { return 0 }
        return UInt8(bitPattern: Int8(max(-128, min(127, (sample * 128).rounded(.down)))))
    }
}
