/// The order of changes to one key: a hexadecimal string that grows with each.
///
/// Compared as S3's user guide says ("Event message structure"): pad the shorter on the right with zeros, then compare
/// as text. Sequencers of different keys have no order.
package struct Sequencer: Name, Comparable {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }

    package static func == (left: Sequencer, right: Sequencer) -> Bool { left.significant == right.significant }
    package static func < (left: Sequencer, right: Sequencer) -> Bool {
        // Padding with the smallest digit on the right never changes which of two differing prefixes is smaller.
        left.significant.lexicographicallyPrecedes(right.significant)
    }
    package func hash(into hasher: inout Hasher) { hasher.combine(significant) }

    /// The upper-case digits without the zeros at the end, which count for nothing.
    private var significant: [UInt8] {
        var digits = rawValue.uppercased().utf8.map { $0 }
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return digits
    }
}
