import Pipeline
import Testing

@testable import ModelServer

@Suite struct WaveFileTests {
    @Test func samplesAreReadAndChannelsMixed() throws {
        let mono = try WaveFile(wave(samples: [1, -2, 32_767]))
        #expect(mono.samples == [1, -2, 32_767])
        #expect(mono.sampleRate == 16_000)
        let stereo = try WaveFile(wave(samples: [10, 20, -4, -8], channelCount: 2))
        #expect(stereo.samples == [15, -6])
    }

    @Test func aLengthThatItsWriterDidNotKnowGoesToTheEnd() throws {
        #expect(try WaveFile(wave(samples: [1, 2, 3], dataByteCount: .max)).samples == [1, 2, 3])
    }

    @Test func anotherRateKeepsTheDuration() throws {
        for rate in [8_000, 22_050, 44_100, 48_000] {
            let tone = (0..<rate).map { Int16(($0 * 100) % rate < rate / 2 ? 1_000 : -1_000) }
            let samples = try WaveFile(wave(samples: tone, sampleRate: rate)).resampled(to: 16_000)
            #expect(abs(samples.count - 16_000) <= 1)
            #expect(samples.max() == 1_000)
        }
        #expect(try WaveFile(wave(samples: [], sampleRate: 8_000)).resampled(to: 16_000).isEmpty)
    }

    @Test func aFileThatLiesIsRefused() throws {
        let samples: [Int16] = [1, 2, 3]
        let bad: [[UInt8]] = [
            [], Array("RIFF".utf8), Array("not a wave file at all".utf8),
            wave(samples: samples, dataByteCount: 4_000),
            wave(samples: samples, channelCount: 0),
            wave(samples: samples, channelCount: 9),
            wave(samples: samples, sampleRate: 0),
            wave(samples: samples, bits: 8),
            wave(samples: samples, coding: 3),
            Array(wave(samples: samples).prefix(30)),
            Array(wave(samples: samples).prefix(36)),
        ]
        for bytes in bad { #expect(throws: Fault.self) { try WaveFile(bytes) } }
    }

    private func wave(
        samples: [Int16],
        sampleRate: Int = 16_000,
        channelCount: Int = 1,
        bits: Int = 16,
        coding: Int = 1,
        dataByteCount: UInt32? = nil
    ) -> [UInt8] {
        func little(_ value: Int, _ byteCount: Int) -> [UInt8] {
            (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let data = samples.flatMap { little(Int($0), 2) }
        let format = [
            little(coding, 2), little(channelCount, 2), little(sampleRate, 4), little(sampleRate * channelCount * 2, 4),
            little(channelCount * 2, 2), little(bits, 2),
        ].flatMap { $0 }
        return Array("RIFF".utf8) + little(36 + data.count, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + format
            + Array("data".utf8) + little(Int(dataByteCount ?? UInt32(data.count)), 4) + data
    }
}
