internal import Glibc

/// What 32 ms of sound tell of a voice.
struct VoiceFrame {
    static let bandCount = 6

    /// Of 300 to 3,400 Hz, where speech is, in dB.
    let level: Float
    /// Of the six bands in it, against their mean.
    let profile: [Float]
    /// How much the frame repeats itself at its pitch: from 0 to 1; 0 for a pure tone, which no voice makes.
    let harmonicity: Float
    /// In Hz; 0 where there is none.
    let pitch: Float
}

/// Takes the measure of frames.
struct VoiceAnalyzer {
    /// 20 ms from one frame to the next.
    static let hop = 320
    static let length = 512
    private static let edges = [300, 500, 800, 1200, 1700, 2400, 3400].map { $0 * length / 16_000 }
    /// 70 to 400 Hz.
    private static let lags = 40..<228
    /// A frame with nearly all of its power in one peak is a tone.
    private static let purest: Float = 0.99
    /// A shorter period that repeats nearly as well is the pitch: twice the period always repeats too.
    private static let nearlyAsGood: Float = 0.9

    private let window: [Float]
    /// What the window alone does to the autocorrelation.
    private let windowCorrelation: [Float]
    private var transform = SpectrumTransform(count: 2 * length)

    init() {
        window = (0..<Self.length).map { 0.5 - 0.5 * cosf(2 * Float.pi * Float($0) / Float(Self.length - 1)) }
        let correlation = transform.autocorrelation(of: transform.power(of: window))
        windowCorrelation = correlation.map { max($0 / correlation[0], 0.05) }
    }

    mutating func frame(_ samples: ArraySlice<Float>) -> VoiceFrame {
        let shaped = zip(samples, window).map { $0.isFinite ? $0 * $1 : 0 }
        let power = transform.power(of: shaped)
        let bands = (0..<VoiceFrame.bandCount).map { band in
            // The transform is twice as fine as the frame is long.
            power[2 * Self.edges[band]..<2 * Self.edges[band + 1]].reduce(2e-9, +) / 2
        }
        let levels = bands.map { 10 * log10f($0) }
        let mean = levels.reduce(0, +) / Float(levels.count)
        let (harmonicity, pitch) = isPure(power) ? (0, 0) : voice(power)
        return VoiceFrame(
            level: 10 * log10f(bands.reduce(0, +)),
            profile: levels.map { max($0 - mean, -25) },
            harmonicity: harmonicity,
            pitch: pitch
        )
    }

    private func isPure(_ power: [Float]) -> Bool {
        let sum = power.reduce(0, +)
        guard sum > 1e-9, let top = power.indices.max(by: { power[$0] < power[$1] }) else { return true }
        return power[max(top - 4, 0)...min(top + 4, power.count - 1)].reduce(0, +) > Self.purest * sum
    }

    private mutating func voice(_ power: [Float]) -> (harmonicity: Float, pitch: Float) {
        var correlation = transform.autocorrelation(of: power)
        let whole = correlation[0]
        guard whole > 1e-9 else { return (0, 0) }
        for lag in 0..<Self.lags.upperBound + 2 { correlation[lag] /= whole * windowCorrelation[lag] }
        let peaks = Self.lags.filter {
            correlation[$0] > correlation[$0 - 1] && correlation[$0] >= correlation[$0 + 1]
        }
        guard let best = peaks.map({ correlation[$0] }).max(), best > 0.1,
            let lag = peaks.first(where: { correlation[$0] > Self.nearlyAsGood * best })
        else { return (0, 0) }
        let (left, middle, right) = (correlation[lag - 1], correlation[lag], correlation[lag + 1])
        // Between the samples: the top of a parabola through three points.
        let shift = 0.5 * (left - right) / (left - 2 * middle + right - 1e-12)
        return (min(middle, 1), 16_000 / (Float(lag) + shift))
    }
}
