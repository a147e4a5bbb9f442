/// The eight ways to lay a picture down: turned clockwise by quarters, and mirrored.
package enum Dihedral: Int, CaseIterable, Sendable {
    case upright, turned90, turned180, turned270
    /// Left and right exchanged.
    case mirrored
    /// Top and bottom exchanged.
    case flipped
    /// Rows and columns exchanged: mirrored along the falling diagonal.
    case transposed
    /// Mirrored along the rising diagonal.
    case transversed

    /// Whether rows become columns.
    var exchangesSides: Bool {
        switch self {
        case .turned90, .turned270, .transposed, .transversed: true
        case .upright, .turned180, .mirrored, .flipped: false
        }
    }

    /// Whether the stored rows (or columns) are read from their ends; a coefficient of odd frequency changes its sign.
    var reversesRows: Bool { self == .turned90 || self == .turned180 || self == .flipped || self == .transversed }
    var reversesColumns: Bool { self == .turned180 || self == .turned270 || self == .mirrored || self == .transversed }
}
