import FoundationEssentials
import MediaAnalysis
import Pipeline

/// The transcript for programs: every word with its times and its confidence.
struct Transcript: Encodable {
    let version = 1
    let words: [TimedWord]
}

/// What is measured of the sound, for programs.
struct SoundFacts: Encodable {
    let version = 1
    let durationMilliseconds: Int64
    let loudness: SoundLoudness
}

extension Encodable {
    /// Equal values have equal bytes.
    ///
    /// - Throws: reject, where it can't be written as JSON.
    func json() throws(Fault) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return Array(try encoder.encode(self)) } catch {
            throw .reject("transcribe.encode", "its facts can't be written as JSON", underlying: error)
        }
    }
}
