import CLibAV
import Pipeline

/// Decodes a sound stream from first to last sample.
final class AudioPass {
    private let pass: StreamPass
    private let resampler = Resampler()
    private let tap: OriginalTap?
    private let longestSeconds: Int64
    /// Samples that were made and not yet given.
    private var samples: [Float] = []
    private var givenCount: Int64 = 0
    private var silenceCount: Int64 = 0
    private var skipCount: Int64 = 0
    /// Whether the frame before told a long gap.
    private var isGapTold = false
    /// A frame that waits until the silence before it was given.
    private var waiting: UnsafeMutablePointer<AVFrame>?
    private var isEnded = false

    init(_ container: Container, _ index: Int, keepsOriginal: Bool = false) throws(Fault) {
        pass = try StreamPass(container, index)
        tap = keepsOriginal ? OriginalTap() : nil
        longestSeconds = container.limits.duration.components.seconds
    }

    var report: DecodeReport {
        DecodeReport(
            endMilliseconds: Self.milliseconds(givenCount),
            damagedPacketCount: pass.damagedPacketCount,
            wasTruncated: pass.packets.wasTruncated
        )
    }

    /// Decodes the next second.
    ///
    /// - Returns: nil at the end.
    /// - Throws: what the source throws; reject, where its samples are of a form that can't be converted, or it lasts
    ///   longer than is allowed: gaps can make a small file very long.
    func next() throws(Fault) -> AudioChunk? {
        guard givenCount <= longestSeconds * Int64(AudioChunk.sampleRate) else {
            throw .reject("media.audio", "its sound lasts longer than the \(longestSeconds) s that are read")
        }
        while samples.count < AudioChunk.sampleRate, !isEnded { try fill() }
        guard !samples.isEmpty else { return nil }
        let count = min(samples.count, AudioChunk.sampleRate)
        let chunk = AudioChunk(
            startMilliseconds: Self.milliseconds(givenCount),
            samples: Array(samples.prefix(count)),
            original: tap?.take() ?? []
        )
        samples.removeFirst(count)
        givenCount += Int64(count)
        return chunk
    }

    /// Does one step: some silence, a frame that waits, or a new one.
    private func fill() throws(Fault) {
        if silenceCount > 0 {
            let count = min(Int(silenceCount), AudioChunk.sampleRate)
            samples += repeatElement(0, count: count)
            silenceCount -= Int64(count)
        } else if let frame = waiting {
            waiting = nil
            try convert(frame)
        } else if let frame = try pass.next() {
            place(frame)
        } else {
            resampler.flush(into: &samples)
            isEnded = true
        }
    }

    private func place(_ frame: UnsafeMutablePointer<AVFrame>) {
        waiting = frame
        if !resampler.isMade(for: frame) { resampler.flush(into: &samples) }
        let start = pass.packets.milliseconds(frame.pointee.best_effort_timestamp)
            .map { max($0, 0) * Int64(AudioChunk.sampleRate) / 1000 }
        let position = givenCount + Int64(samples.count)
        let correction = SampleClock.correction(start: start, position: position + resampler.pendingCount)
        let wasGapTold = isGapTold
        isGapTold = false
        switch correction {
        case .none:
            break
        case .silence(let gap) where gap > SampleClock.longestSureGap && position > 0 && !wasGapTold:
            isGapTold = true
        case .silence:
            resampler.flush(into: &samples)
            silenceCount = max((start ?? 0) - givenCount - Int64(samples.count), 0)
        case .skip(let count):
            skipCount = count
        }
    }

    private func convert(_ frame: UnsafeMutablePointer<AVFrame>) throws(Fault) {
        let first = samples.count
        tap?.add(frame)
        try resampler.convert(frame, into: &samples)
        let dropped = min(Int(skipCount), samples.count - first)
        samples.removeSubrange(first..<first + dropped)
        skipCount = 0
    }

    private static func milliseconds(_ count: Int64) -> Int64 { count * 1000 / Int64(AudioChunk.sampleRate) }
}
