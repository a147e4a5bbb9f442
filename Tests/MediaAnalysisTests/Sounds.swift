import Foundation

/// Sounds made by formula: 16,000 samples a second, mono.
enum Sounds {
    static func silence(_ milliseconds: Int) -> [Float] { [Float](repeating: 0, count: milliseconds * 16) }

    static func make(_ seconds: Double, _ body: (Double) -> Double) -> [Float] {
        (0..<Int(seconds * 16_000)).map { Float(body(Double($0) / 16_000)) }
    }

    static func tone(_ frequency: Double, _ time: Double) -> Double { sin(2 * .pi * frequency * time) }

    /// Syllables of a voice that glides, without a pause: harmonics of a pitch under two formants that move.
    static func voice(_ milliseconds: Int) -> [Float] {
        var phase = 0.0
        let piece = make(2) { time in
            let pitch = 140 + 30 * tone(1.5, time)
            phase += 2 * .pi * pitch / 16_000
            let (first, second) = (500 + 250 * tone(3.1, time), 1500 + 600 * tone(2.3, time))
            var sum = 0.0
            for harmonic in 1...16 {
                let frequency = Double(harmonic) * pitch
                let (low, high) = ((frequency - first) / 150, (frequency - second) / 200)
                sum += (exp(-low * low) + 0.5 * exp(-high * high) + 0.02) * sin(Double(harmonic) * phase)
            }
            return 0.15 * (0.3 + 0.7 * pow(tone(2, time), 2)) * sum
        }
        let count = milliseconds * 16
        return Array([[Float]](repeating: piece, count: count / piece.count + 1).joined().prefix(count))
    }

    /// White noise through a filter of first order: 0 leaves it white, near 1 makes it brown.
    static func noise(_ seconds: Double, dark: Double = 0, seed: UInt64 = 1) -> [Float] {
        var state = seed
        var last = 0.0
        return make(seconds) { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(state >> 40) / Double(1 << 23) - 1
            last = dark * last + (1 - dark) * value
            return last / (1 - dark).squareRoot() * 0.3
        }
    }

    /// Notes of an instrument, one after the other or three at once, each dying away.
    static func music(_ seconds: Double, decay: Double, chord: Bool) -> [Float] {
        let steps: [Double] = [0, 4, 7, 5, 9, 12, 2, 11, 7, 4]
        let notes = steps.map { 220 * pow(2, $0 / 12) }
        return make(seconds) { time in
            let beat = Int(time * 3)
            let age = time - Double(beat) / 3
            var sum = 0.0
            for offset in chord ? [0, 3, 6] : [0] {
                let frequency = notes[(beat + offset) % notes.count]
                for harmonic in 1...6 {
                    let number = Double(harmonic)
                    sum += tone(frequency * number, time) / (number * number)
                }
            }
            return 0.15 * sum * exp(-decay * age)
        }
    }
}
