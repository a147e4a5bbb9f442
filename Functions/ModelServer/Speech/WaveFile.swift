import Pipeline

/// Sound in RIFF WAVE, PCM with 16 bits, mixed to one channel.
struct WaveFile: Sendable {
    static let sampleRates = 8_000...192_000
    static let channelCounts = 1...8
    /// What a writer puts that could not seek back: the sound goes on to the end.
    private static let unknownByteCount = UInt32.max

    let sampleRate: Int
    let samples: [Int16]

    var durationSeconds: Double { Double(samples.count) / Double(sampleRate) }

    /// Reads a whole file.
    ///
    /// - Throws: reject with what is wrong: no WAVE, another coding, or sizes that do not fit the bytes.
    init(_ bytes: some RandomAccessCollection<UInt8>) throws(Fault) {
        let bytes = Array(bytes)
        guard bytes.count >= 12, bytes[0..<4].elementsEqual("RIFF".utf8), bytes[8..<12].elementsEqual("WAVE".utf8)
        else {
            throw .reject("wave.read", "the file is not a WAVE file: it does not begin with RIFF and WAVE")
        }
        var format: Format?
        var offset = 12
        while offset + 8 <= bytes.count {
            let name = bytes[offset..<offset + 4]
            let size = Self.integer(bytes, offset + 4, byteCount: 4)
            let start = offset + 8
            let room = bytes.count - start
            let isData = name.elementsEqual("data".utf8)
            let byteCount = isData && size == Self.unknownByteCount ? room : Int(size)
            guard byteCount <= room else {
                let name = String(decoding: name, as: UTF8.self)
                throw .reject("wave.read", "the chunk \(name) says \(byteCount) bytes, but \(room) are left")
            }
            if name.elementsEqual("fmt ".utf8) {
                format = try Format(bytes[start..<start + byteCount])
            } else if isData {
                guard let format else { throw .reject("wave.read", "the sound comes before its format") }
                sampleRate = format.sampleRate
                samples = Self.mixed(bytes[start..<start + byteCount], channelCount: format.channelCount)
                return
            }
            offset = start + byteCount + byteCount % 2
        }
        throw .reject("wave.read", "the file has no sound: no chunk named data")
    }

    /// The samples at another rate, by straight lines; each output sample is the mean of the input it covers.
    func resampled(to rate: Int) -> [Int16] {
        guard rate != sampleRate else { return samples }
        let step = Double(sampleRate) / Double(rate)
        let count = Int(Double(samples.count) / step)
        return (0..<count).map { index in
            let position = Double(index) * step
            let first = Int(position)
            guard step < 1 else {
                let last = min(max(Int(position + step), first + 1), samples.count)
                let sum = samples[first..<last].reduce(0) { $0 + Int($1) }
                return Int16(sum / (last - first))
            }
            let next = min(first + 1, samples.count - 1)
            let share = position - Double(first)
            return Int16(Double(samples[first]) * (1 - share) + Double(samples[next]) * share)
        }
    }

    private static func mixed(_ bytes: ArraySlice<UInt8>, channelCount: Int) -> [Int16] {
        let frameByteCount = 2 * channelCount
        return (0..<bytes.count / frameByteCount).map { frame in
            let start = bytes.startIndex + frame * frameByteCount
            var sum = 0
            for channel in 0..<channelCount {
                let low = UInt16(bytes[start + 2 * channel])
                let high = UInt16(bytes[start + 2 * channel + 1])
                sum += Int(Int16(bitPattern: high << 8 | low))
            }
            return Int16(sum / channelCount)
        }
    }

    fileprivate static func integer(_ bytes: some RandomAccessCollection<UInt8>, _ index: Int, byteCount: Int) -> UInt32
    {
        var value: UInt32 = 0
        var position = bytes.index(bytes.startIndex, offsetBy: index)
        for shift in 0..<byteCount {
            value |= UInt32(bytes[position]) << (8 * UInt32(shift))
            position = bytes.index(after: position)
        }
        return value
    }
}

private struct Format {
    let channelCount: Int
    let sampleRate: Int

    init(_ bytes: ArraySlice<UInt8>) throws(Fault) {
        guard bytes.count >= 16 else { throw .reject("wave.read", "the format is cut short") }
        let coding = WaveFile.integer(bytes, 0, byteCount: 2)
        // The extensible form has the coding in the first two bytes of its sub-format.
        let isExtensible = coding == 0xFFFE && bytes.count >= 26
        let isPCM = coding == 1 || isExtensible && WaveFile.integer(bytes, 24, byteCount: 2) == 1
        let bits = WaveFile.integer(bytes, 14, byteCount: 2)
        guard isPCM, bits == 16 else {
            throw .reject("wave.read", "coding \(coding) with \(bits) bits; this server reads PCM with 16 bits")
        }
        channelCount = Int(WaveFile.integer(bytes, 2, byteCount: 2))
        sampleRate = Int(WaveFile.integer(bytes, 4, byteCount: 4))
        guard WaveFile.channelCounts.contains(channelCount), WaveFile.sampleRates.contains(sampleRate) else {
            throw .reject(
                "wave.read",
                "\(channelCount) channels at \(sampleRate) Hz; this server reads 1 to 8 channels at 8,000 to 192,000 Hz"
            )
        }
    }
}
