import Foundation
import MediaDecode
import Pipeline
import Testing

@testable import MediaAnalysis

@Suite struct PictureFingerprintsTests {
    private let original = Self.scene(width: 240, height: 180)

    @Test func `a picture without bars has one plain hash`() {
        let prints = PictureFingerprints(original)
        #expect(prints.plain == [PictureFingerprint(original)])
        #expect(prints.variants.count == 3)
        #expect(prints.distance(to: prints) == 0)
        #expect(prints.quality == 100)
    }

    @Test(arguments: [(30, 30, 0, 0), (0, 0, 40, 25), (17, 9, 23, 31), (0, 33, 0, 0)])
    func `bars around a picture change nothing`(top: Int, bottom: Int, left: Int, right: Int) throws {
        let (width, height) = (240 + left + right, 180 + top + bottom)
        let padded = drawn(width, height) { column, row in
            let inside = (left..<(left + 240)).contains(column) && (top..<(top + 180)).contains(row)
            return inside ? original.pixels[(row - top) * 240 + column - left] : UInt8(16 + (column + row) % 4)
        }
        let window = try #require(PictureBorder.content(of: padded, within: PictureWindow(padded)))
        #expect(abs(window.x - Double(left)) < 1 && abs(window.y - Double(top)) < 1)
        #expect(abs(window.width - 240) < 2 && abs(window.height - 180) < 2)
        #expect(PictureFingerprints(padded).distance(to: PictureFingerprints(original)) <= 16)
    }

    @Test func `an even picture is no border of itself`() {
        let even = drawn(64, 48) { _, _ in 16 }
        #expect(PictureBorder.content(of: even, within: PictureWindow(even)) == nil)
        #expect(PictureFingerprints(even).quality == 0)
    }

    @Test func `a cropped or slightly turned picture is near, which its plain hash is not`() {
        let cropped = drawn(216, 162) { original.pixels[($1 + 9) * 240 + $0 + 12] }
        let turned = drawn(240, 180) { column, row in
            let (x, y) = (Double(column) - 119.5, Double(row) - 89.5)
            let (sine, cosine) = (sin(0.0611), cos(0.0611))
            let from = (Int((x * cosine + y * sine + 119.5).rounded()), Int((y * cosine - x * sine + 89.5).rounded()))
            guard (0..<240).contains(from.0), (0..<180).contains(from.1) else { return 0 }
            return original.pixels[from.1 * 240 + from.0]
        }
        let prints = PictureFingerprints(original)
        for other in [cropped, turned] {
            let distance = prints.distance(to: PictureFingerprints(other))
            #expect(distance <= 50)
            #expect(distance < PictureFingerprint(original).hash.distance(to: PictureFingerprint(other).hash))
        }
    }

    private func drawn(_ width: Int, _ height: Int, _ pixel: (Int, Int) -> UInt8) -> LumaImage {
        var pixels: [UInt8] = []
        for row in 0..<height { for column in 0..<width { pixels.append(pixel(column, row)) } }
        return LumaImage(width: width, height: height, pixels: pixels)
    }

    /// Waves of many lengths and directions.
    private static func scene(width: Int, height: Int) -> LumaImage {
        var pixels: [UInt8] = []
        for row in 0..<height {
            for column in 0..<width {
                let (x, y) = (Double(column) / Double(width), Double(row) / Double(height))
                let sum = (1...30).reduce(0.0) { sum, wave in
                    let angle = Double(wave) * 2.4
                    return sum + cos(Double(wave) * 1.1 * (cos(angle) * x + sin(angle) * y) + angle) / 4
                }
                pixels.append(UInt8(min(max(128 + sum * 60, 0), 255)))
            }
        }
        return LumaImage(width: width, height: height, pixels: pixels)
    }
}
