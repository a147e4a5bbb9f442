internal import Glibc

/// Tells speech from music, noise, hum and tones by how it moves: a voice glides in pitch, changes its vowels, and
/// rises and falls with every syllable; an instrument holds its notes, a machine its tone.
///
/// A window of a second is speech where all of that is seen in it.
enum SpeechJudge {
    private static let windowFrames = 50
    private static let windowHop = 12
    /// Of six windows that follow each other three must be speech, where there are as many: a note now and then glides.
    private static let votingWindows = 6
    private static let votes = 3
    /// The thresholds, with what was seen: speech, clean and under noise of -10 dB; tones, hum, noise, music.
    private static let levelDeviation: Float = 2.2
    private static let voicedShare: Float = 0.12
    private static let pitchStep: Float = 0.17
    private static let glidingShare: Float = 0.55
    private static let steadyShare: Float = 0.5
    private static let profileStep: Float = 2
    private static let voicedHarmonicity: Float = 0.5
    /// Where level and bands move as only syllables make them, too few glides are long enough to be followed.
    private static let syllabicDeviation: Float = 8
    private static let syllabicProfileStep: Float = 4

    static func isSpeech(_ frames: [VoiceFrame]) -> Bool {
        let last = max(frames.count - windowFrames, 0)
        let windows = stride(from: 0, through: last, by: windowHop).map { start in
            isSpoken(frames[start..<min(start + windowFrames, frames.count)])
        }
        guard windows.count >= votingWindows else { return windows.contains(true) }
        return (0...windows.count - votingWindows).contains { start in
            windows[start..<start + votingWindows].count { $0 } >= votes
        }
    }

    private static func isSpoken(_ window: ArraySlice<VoiceFrame>) -> Bool {
        guard window.count > 4, let top = window.map(\.level).max() else { return false }
        let frames = Array(window)
        let isLoud = frames.map { $0.level > top - 20 }
        let isVoiced = zip(frames, isLoud).map { $0.harmonicity > voicedHarmonicity && $1 }
        let deviation = deviation(frames.map { max($0.level, top - 35) })
        let movement = profileMovement(frames, isLoud)
        guard deviation >= levelDeviation, movement >= profileStep,
            Float(isVoiced.count { $0 }) >= voicedShare * Float(frames.count)
        else { return false }
        let isSyllabic = deviation >= syllabicDeviation && movement >= syllabicProfileStep
        return glides(frames, isVoiced, steadily: !isSyllabic)
    }

    /// How the pitch goes from one voiced frame to the next, in semitones: a step of more is another note.
    private static func glides(_ frames: [VoiceFrame], _ isVoiced: [Bool], steadily: Bool) -> Bool {
        let steps: [Float?] = (1..<frames.count).map { index in
            guard isVoiced[index], isVoiced[index - 1] else { return nil }
            let step = 12 * log2f(max(frames[index].pitch, 1) / max(frames[index - 1].pitch, 1))
            return abs(step) < 1.5 ? step : nil
        }
        let sizes = steps.compactMap { $0.map(abs) }
        guard sizes.count > 3, mean(sizes) >= pitchStep,
            Float(sizes.count { $0 > 0.08 }) >= glidingShare * Float(sizes.count)
        else { return false }
        guard steadily else { return true }
        let turns = zip(steps, steps.dropFirst()).compactMap { first, second -> Bool? in
            guard let first, let second, abs(first) > 0.05, abs(second) > 0.05 else { return nil }
            return first.sign == second.sign
        }
        return turns.count > 3 && Float(turns.count { $0 }) >= steadyShare * Float(turns.count)
    }

    /// How much the bands change in 60 ms, in dB.
    private static func profileMovement(_ frames: [VoiceFrame], _ isLoud: [Bool]) -> Float {
        let changes: [Float] = (3..<frames.count).compactMap { index in
            guard isLoud[index], isLoud[index - 3] else { return nil }
            return mean(zip(frames[index].profile, frames[index - 3].profile).map { abs($0 - $1) })
        }
        return changes.count > 3 ? mean(changes) : 0
    }

    private static func mean(_ values: [Float]) -> Float { values.reduce(0, +) / Float(values.count) }

    private static func deviation(_ values: [Float]) -> Float {
        let middle = mean(values)
        return mean(values.map { ($0 - middle) * ($0 - middle) }).squareRoot()
    }
}
