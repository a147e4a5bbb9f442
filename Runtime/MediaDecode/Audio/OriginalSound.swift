/// Sound as it was recorded: every channel, at the rate of the file.
package struct OriginalSound: Sendable, Equatable {
    /// What a channel is for, as far as loudness asks.
    package enum Role: Sendable {
        case front
        /// Beside or behind the listener.
        case surround
        case lowFrequency
    }

    package let sampleRate: Int
    package let roles: [Role]
    /// A channel each, of one length; 1 is full scale.
    package internal(set) var planes: [[Float]]

    package init(sampleRate: Int, roles: [Role], planes: [[Float]]) {
        self.sampleRate = sampleRate
        self.roles = roles
        self.planes = planes
    }
}
