import Testing

@testable import MediaAnalysis

@Suite struct WaveformTests {
    private func number(_ bytes: [UInt8], _ index: Int) -> Int {
        (0..<4).reduce(0) { $0 | Int(bytes[4 * index + $1]) << (8 * $1) }
    }

    @Test func `the header says what audiowaveform's says, and a pair is the stretch's lowest and highest`() {
        var waveform = Waveform()
        waveform.add([Float](repeating: 0.5, count: 80) + [Float](repeating: -0.25, count: 80) + [1, -1])
        let bytes = waveform.bytes
        #expect((0..<6).map { number(bytes, $0) } == [2, 1, 16_000, 160, 2, 1])
        #expect(bytes[24...].map { Int8(bitPattern: $0) } == [-32, 64, -128, 127])
    }

    @Test func `a long sound becomes no longer file, and keeps its peaks`() {
        var waveform = Waveform(pairCount: 64)
        let second = [Float](repeating: 0.1, count: 16_000)
        for _ in 0..<4 { waveform.add(second) }
        waveform.add([0.9])
        for _ in 0..<4 { waveform.add(second) }
        let bytes = waveform.bytes
        #expect(bytes.count <= 24 + 2 * 64)
        #expect(number(bytes, 3) * waveform.length >= 8 * 16_000)
        #expect(bytes[24...].contains { Int8(bitPattern: $0) == 115 })
    }

    @Test func `no sound has no pairs`() {
        #expect(Waveform().bytes.count == 24)
    }
}
