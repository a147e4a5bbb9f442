import CChromaprint
import MediaDecode
package import Pipeline

/// Makes a sound's fingerprint while it is decoded: libchromaprint, with its default algorithm.
///
/// It holds 4 bytes for every 124 ms, and takes no more than `longestSeconds`.
package final class SoundFingerprinter {
    /// As long as the longest file that is decoded; what comes after it is not in the fingerprint.
    package static let longestSeconds = 24 * 3600

    private let context: OpaquePointer
    private var sampleCount = 0
    private var integers: [Int16] = []

    /// - Throws: retry, where there is no memory for it.
    package init() throws(Fault) {
        guard let context = chromaprint_new(Int32(CHROMAPRINT_ALGORITHM_DEFAULT.rawValue)) else {
            throw .retry("sound.fingerprint")
        }
        self.context = context
        guard chromaprint_start(context, Int32(AudioChunk.sampleRate), 1) == 1 else {
            throw .retry("sound.fingerprint")
        }
    }

    deinit { chromaprint_free(context) }

    /// Takes the next samples.
    ///
    /// - Parameter samples: mono, 16,000 per second, from -1 to 1; what is over is clipped.
    /// - Throws: retry, where there is no memory for them.
    package func add(_ samples: [Float]) throws(Fault) {
        let count = min(samples.count, Self.longestSeconds * AudioChunk.sampleRate - sampleCount)
        guard count > 0 else { return }
        sampleCount += count
        integers.removeAll(keepingCapacity: true)
        // A damaged float may be no number, which no integer is.
        for sample in samples.prefix(count) {
            integers.append(sample.isFinite ? Int16(max(-1, min(1, sample)) * Float(Int16.max)) : 0)
        }
        guard chromaprint_feed(context, integers, Int32(integers.count)) == 1 else {
            throw .retry("sound.fingerprint")
        }
    }

    /// Ends the sound; nothing is added after it.
    ///
    /// - Returns: its fingerprint, which is empty for a sound of less than three seconds.
    /// - Throws: retry, where there is no memory for it.
    package func finish() throws(Fault) -> SoundFingerprint {
        var items: UnsafeMutablePointer<UInt32>?
        var count: Int32 = 0
        guard chromaprint_finish(context) == 1, chromaprint_get_raw_fingerprint(context, &items, &count) == 1 else {
            throw .retry("sound.fingerprint")
        }
        defer { chromaprint_dealloc(items) }
        let rate = Double(chromaprint_get_sample_rate(context))
        return SoundFingerprint(
            items: Array(UnsafeBufferPointer(start: items, count: Int(count))),
            itemMilliseconds: Double(chromaprint_get_item_duration(context)) * 1000 / rate
        )
    }
}
