internal import Glibc
package import MediaDecode

/// Measures how loud a sound is while it is decoded: EBU R 128 by ITU-R BS.1770-4.
///
/// Energy is taken in steps of 100 ms: four make a block (75 % overlap), thirty the short-term loudness.
package struct LoudnessMeter {
    private static let blockSteps = 4
    private static let shortTermSteps = 30
    /// Louder than any sound that is meant; what is over is damage.
    private static let loudest: Float = 64

    private struct Channel {
        let weight: Double
        var weighting: KWeighting
        var truePeak: TruePeakMeter
    }

    private var sampleRate = 0
    private var roles: [OriginalSound.Role] = []
    private var channels: [Channel] = []
    private var stepSampleCount = 0
    private var stepEnergy = 0.0
    /// Energies of the last steps, the newest last.
    private var steps: [Double] = []
    private var blocks = LoudnessHistogram()
    private var shortTerms = LoudnessHistogram()
    private var loudestBlock = 0.0
    private var loudestShortTerm = 0.0
    private var peak: Float = 0
    private var stepCount = 0
    private var silentStepCount = 0

    package init() {}

    /// Takes the next samples; where their form changes, the filters begin anew.
    package mutating func add(_ sound: OriginalSound) {
        if sound.sampleRate != sampleRate || sound.roles != roles { prepare(sound) }
        let count = sound.planes.map(\.count).min() ?? 0
        let stepLength = max(sampleRate / 10, 1)
        let planes = sound.planes.map(Self.sound)
        var place = 0
        while place < count {
            let end = min(count, place + stepLength - stepSampleCount)
            for index in channels.indices {
                planes[index].withUnsafeBufferPointer { plane in
                    measure(UnsafeBufferPointer(rebasing: plane[place..<end]), index)
                }
            }
            stepSampleCount += end - place
            place = end
            if stepSampleCount == stepLength { endStep() }
        }
    }

    /// What was measured so far.
    package var loudness: SoundLoudness {
        let highest = channels.reduce(peak) { max($0, $1.truePeak.peak) }
        return SoundLoudness(
            integratedLUFS: blocks.gatedMean(10),
            rangeLU: shortTerms.range,
            maximumMomentaryLUFS: Self.audible(loudestBlock),
            maximumShortTermLUFS: Self.audible(loudestShortTerm),
            truePeakDBTP: highest > 0 ? 20 * log10(Double(highest)) : nil,
            silenceShare: stepCount == 0 ? 1 : Double(silentStepCount) / Double(stepCount)
        )
    }

    private mutating func measure(_ samples: UnsafeBufferPointer<Float>, _ index: Int) {
        var low: Float = 0
        var high: Float = 0
        for sample in samples {
            low = sample < low ? sample : low
            high = sample > high ? sample : high
        }
        channels[index].truePeak.add(samples, samplePeak: max(-low, high))
        guard channels[index].weight > 0 else { return }
        stepEnergy += channels[index].weight * channels[index].weighting.energy(of: samples)
    }

    private mutating func endStep() {
        let energy = stepEnergy / Double(stepSampleCount)
        stepEnergy = 0
        stepSampleCount = 0
        stepCount += 1
        if LoudnessHistogram.loudness(energy) < LoudnessHistogram.gateLUFS { silentStepCount += 1 }
        steps.append(energy)
        if steps.count > Self.shortTermSteps { steps.removeFirst() }
        if steps.count >= Self.blockSteps {
            let block = steps.suffix(Self.blockSteps).reduce(0, +) / Double(Self.blockSteps)
            blocks.add(block)
            loudestBlock = max(loudestBlock, block)
        }
        if steps.count == Self.shortTermSteps {
            let shortTerm = steps.reduce(0, +) / Double(Self.shortTermSteps)
            shortTerms.add(shortTerm)
            loudestShortTerm = max(loudestShortTerm, shortTerm)
        }
    }

    private mutating func prepare(_ sound: OriginalSound) {
        peak = channels.reduce(peak) { max($0, $1.truePeak.peak) }
        sampleRate = sound.sampleRate
        roles = sound.roles
        channels = sound.roles.map { role in
            Channel(
                weight: role == .lowFrequency ? 0 : role == .surround ? 1.41 : 1,
                weighting: KWeighting(sampleRate: sound.sampleRate),
                truePeak: TruePeakMeter(sampleRate: sound.sampleRate)
            )
        }
        stepSampleCount = 0
        stepEnergy = 0
        steps = []
    }

    /// Damaged floats may be no numbers, and would stay in the filters for ever.
    private static func sound(_ plane: [Float]) -> [Float] {
        let isSound = plane.allSatisfy { abs($0) <= loudest }
        return isSound ? plane : plane.map { $0.isFinite ? max(-loudest, min(loudest, $0)) : 0 }
    }

    private static func audible(_ energy: Double) -> Double? {
        let loudness = LoudnessHistogram.loudness(energy)
        return loudness >= LoudnessHistogram.gateLUFS ? loudness : nil
    }
}
