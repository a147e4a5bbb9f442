/// What a camera wrote into a picture (EXIF, CIPA DC-008); nil is what it did not write.
package struct ExifFacts: Codable, Sendable, Equatable {
    package var make: String?
    package var model: String?
    package var lens: String?
    package var software: String?
    package var artist: String?
    package var copyright: String?
    package var description: String?
    /// 1 to 8; 1 is upright.
    package var orientation: Int?
    /// Local time of the camera, with its offset where it is known: "2024-05-01T12:34:56+02:00".
    package var takenAt: String?
    package var exposureSeconds: Double?
    package var fNumber: Double?
    package var isoSpeed: Int?
    package var focalLengthMillimeters: Double?
    package var location: GeoLocation?
    /// As they stand in the file, by the standard's names; several numbers with spaces between them.
    package var tags: [String: String]

    package init(tags: [String: String] = [:]) { self.tags = tags }
}
