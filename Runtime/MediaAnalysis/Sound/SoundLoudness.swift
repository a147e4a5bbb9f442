/// How loud a sound is: EBU R 128, measured as ITU-R BS.1770-4 says.
package struct SoundLoudness: Sendable, Equatable, Codable {
    /// Of the whole programme, in LUFS; nil where nothing is louder than -70 LUFS.
    package let integratedLUFS: Double?
    /// EBU Tech 3342, in LU; nil where nothing of three seconds is loud enough.
    package let rangeLU: Double?
    /// The loudest 400 ms, and the loudest three seconds.
    package let maximumMomentaryLUFS: Double?
    package let maximumShortTermLUFS: Double?
    /// The highest point of the wave between the samples too, in dBTP; nil for digital silence.
    package let truePeakDBTP: Double?
    /// Of all tenths of a second, how many are quieter than -70 LUFS: from 0 to 1.
    package let silenceShare: Double
}
