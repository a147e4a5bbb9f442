package import MediaDecode

/// Finds hard cuts: frames that differ from the one before far more than their neighbours do from theirs.
///
/// The threshold follows the movement around it, as in PySceneDetect's AdaptiveDetector: a camera that moves makes all
/// frames differ, a flash two of them, a cut only one. A frame is judged when the two after it are known.
package struct ShotDetector {
    private struct Change {
        let milliseconds: Int
        /// Mean absolute difference of luma to the frame before, 0 to 255.
        let difference: Double
        /// Half the L1 distance of the luma histograms, 0 to 1: what moves inside the picture does not change it.
        let histogramDistance: Double
    }

    /// Neighbours looked at on each side.
    private static let reach = 2
    /// Below this a cut can't be told from noise.
    private static let floor = 10.0
    /// A cut differs so many times more than any of its neighbours.
    private static let ratio = 2.0
    private static let histogramFloor = 0.10
    /// A flash or a damaged frame is not a shot.
    private static let minimumMilliseconds = 400

    package init() {}

    private var previous: (luma: LumaImage, histogram: [Int])?
    private var window: [Change] = []
    private var start: (milliseconds: Int, confidence: Double)?

    /// Takes the next frame.
    ///
    /// - Returns: the shot that is now known to have ended.
    package mutating func add(_ luma: LumaImage, at milliseconds: Int) -> Shot? {
        let histogram = Self.histogram(luma)
        defer { previous = (luma, histogram) }
        guard let previous else {
            start = (milliseconds, 1)
            return nil
        }
        window.append(
            Change(
                milliseconds: milliseconds,
                difference: Self.difference(previous.luma, luma),
                histogramDistance: Self.distance(previous.histogram, histogram)
            )
        )
        let shot = window.count > Self.reach ? judge(window.count - 1 - Self.reach) : nil
        if window.count > 2 * Self.reach { window.removeFirst() }
        return shot
    }

    /// Ends the last shot.
    package mutating func finish(at milliseconds: Int) -> Shot? {
        guard let start else { return nil }
        self.start = nil
        return Shot(
            startMilliseconds: start.milliseconds,
            endMilliseconds: max(milliseconds, start.milliseconds),
            confidence: start.confidence
        )
    }

    private mutating func judge(_ index: Int) -> Shot? {
        let change = window[index]
        guard let start, change.milliseconds - start.milliseconds >= Self.minimumMilliseconds,
            change.difference >= Self.floor, change.histogramDistance >= Self.histogramFloor
        else { return nil }
        let usual = window.indices.filter { $0 != index }.map { window[$0].difference }.max() ?? 0
        let ratio = change.difference / max(usual, 1)
        guard ratio >= Self.ratio else { return nil }
        self.start = (change.milliseconds, min(1, ratio / (3 * Self.ratio) + change.histogramDistance / 2))
        return Shot(
            startMilliseconds: start.milliseconds,
            endMilliseconds: change.milliseconds,
            confidence: start.confidence
        )
    }

    private static func difference(_ left: LumaImage, _ right: LumaImage) -> Double {
        guard left.pixels.count == right.pixels.count, !left.pixels.isEmpty else { return 255 }
        var sum = 0
        for index in left.pixels.indices { sum += abs(Int(left.pixels[index]) - Int(right.pixels[index])) }
        return Double(sum) / Double(left.pixels.count)
    }

    /// Pixels in each of 32 equal steps of brightness.
    private static func histogram(_ luma: LumaImage) -> [Int] {
        var counts = [Int](repeating: 0, count: 32)
        for pixel in luma.pixels { counts[Int(pixel >> 3)] += 1 }
        return counts
    }

    private static func distance(_ left: [Int], _ right: [Int]) -> Double {
        let total = left.reduce(0, +) + right.reduce(0, +)
        let difference = zip(left, right).reduce(0) { $0 + abs($1.0 - $1.1) }
        return Double(difference) / Double(max(total, 1))
    }
}
