/// Sound as a RIFF WAVE file: 16-bit PCM, mono.
enum WaveFile {
    /// The file's bytes; samples are -1 to 1, and what is beyond is cut off.
    static func bytes(_ samples: [Float], sampleRate: Int) -> [UInt8] {
        let byteCount = samples.count * 2
        var bytes: [UInt8] = []
        bytes.reserveCapacity(44 + byteCount)
        func append(_ text: String) { bytes += Array(text.utf8) }
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        append("RIFF")
        append(UInt32(36 + byteCount))
        append("WAVEfmt ")
        append(UInt32(16))
        append(UInt16(1))
        append(UInt16(1))
        append(UInt32(sampleRate))
        append(UInt32(sampleRate * 2))
        append(UInt16(2))
        append(UInt16(16))
        append("data")
        append(UInt32(byteCount))
        for sample in samples { append(Int16(max(-1, min(1, sample)) * 32_767)) }
        return bytes
    }
}
