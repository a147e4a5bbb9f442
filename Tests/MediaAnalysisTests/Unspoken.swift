/// What a model must never hear: it would invent words.
enum Unspoken: CaseIterable, Sendable {
    case tone, lowTone, hum, whiteNoise, pinkNoise, brownNoise, surf, noiseByTurns, claps, beeps, twoTones, siren
    case melody, chords, organ

    /// Three seconds of it.
    var samples: [Float] {
        switch self {
        case .tone: Sounds.make(3) { 0.3 * Sounds.tone(440, $0) }
        case .lowTone: Sounds.make(3) { 0.3 * Sounds.tone(110, $0) }
        case .hum: Sounds.make(3, Self.hum)
        case .whiteNoise: Sounds.noise(3)
        case .pinkNoise: Sounds.noise(3, dark: 0.9)
        case .brownNoise: Sounds.noise(3, dark: 0.99)
        case .surf: shaped(0.9) { 0.6 + 0.4 * Sounds.tone(0.3, $0) }
        case .noiseByTurns: shaped(0) { 0.5 + 0.5 * Sounds.tone(4, $0) }
        case .claps: shaped(0, Self.clap)
        case .beeps: Sounds.make(3) { Int($0 * 4) % 2 == 0 ? 0.3 * Sounds.tone(800, $0) : 0 }
        case .twoTones: Sounds.make(3, Self.keys)
        case .siren: Sounds.make(3) { 0.3 * Sounds.tone(700, $0 + 0.05 * Sounds.tone(0.5, $0)) }
        case .melody: Sounds.music(3, decay: 3, chord: false)
        case .chords: Sounds.music(3, decay: 3, chord: true)
        case .organ: Sounds.music(3, decay: 0, chord: true)
        }
    }

    private func shaped(_ dark: Double, _ envelope: (Double) -> Double) -> [Float] {
        zip(Sounds.noise(3, dark: dark), Sounds.make(3, envelope)).map { $0 * $1 }
    }

    static func hum(_ time: Double) -> Double {
        var sum = 0.0
        for harmonic in 1...8 { sum += 0.2 * Sounds.tone(50 * Double(harmonic), time) / Double(harmonic) }
        return sum
    }

    private static func clap(_ time: Double) -> Double {
        let age = time * 3 - Double(Int(time * 3))
        return max(0, 3 * (1 - 10 * age))
    }

    private static func keys(_ time: Double) -> Double {
        let low = Int(time * 3) % 2 == 0 ? 697.0 : 941.0
        return 0.2 * Sounds.tone(low, time) + 0.2 * Sounds.tone(1336, time)
    }
}
