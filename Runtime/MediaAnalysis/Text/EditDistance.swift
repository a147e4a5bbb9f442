/// How far two texts are apart.
package enum EditDistance {
    /// Longer texts are compared by their beginnings.
    private static let longest = 256

    /// Levenshtein's distance as a share of the longer text: 1 for equal ones, 0 where nothing is the same.
    package static func similarity(_ left: String, _ right: String) -> Double {
        let left = Array(left.unicodeScalars.prefix(longest))
        let right = Array(right.unicodeScalars.prefix(longest))
        guard left != right else { return 1 }
        var row = Array(0...right.count)
        for (index, scalar) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (other, candidate) in right.enumerated() {
                let changed = diagonal + (scalar == candidate ? 0 : 1)
                diagonal = row[other + 1]
                row[other + 1] = min(changed, diagonal + 1, row[other] + 1)
            }
        }
        return 1 - Double(row[right.count]) / Double(max(left.count, right.count, 1))
    }
}
