/// What a file's tags say, under names that do not depend on its container; the tags themselves are kept beside it.
package struct MediaMetadata: Codable, Sendable, Equatable {
    package var title: String?
    package var artist: String?
    package var album: String?
    package var genre: String?
    package var description: String?
    package var copyright: String?
    /// Of the release, as it is written: "2024" or "2024-05-01".
    package var date: String?
    /// When it was recorded, as it is written, mostly ISO 8601.
    package var createdAt: String?
    /// Which program wrote it.
    package var encoder: String?
    /// Of the camera.
    package var make: String?
    package var model: String?
    package var location: GeoLocation?

    package init() {}

    /// Takes the first name of each list that has a value; later tags fill what earlier ones leave open.
    ///
    /// - Parameters:
    ///   - tags: of the container, or of a stream, by any container's names.
    ///   - exif: of a picture.
    package init(tags: [String: String], exif: ExifFacts?) {
        var known: [String: String] = [:]
        for (name, value) in tags.sorted(by: { $0.key < $1.key }) where !value.isEmpty {
            let name = name.lowercased()
            known[name] = known[name] ?? value
            // MP4 has some once per language: "title-eng".
            if let dash = name.lastIndex(of: "-"), name.distance(from: dash, to: name.endIndex) == 4 {
                let plain = String(name[..<dash])
                known[plain] = known[plain] ?? value
            }
        }
        func first(_ names: String...) -> String? {
            for name in names { if let value = known[name] ?? known["com.apple.quicktime.\(name)"] { return value } }
            return nil
        }
        title = first("title", "displayname")
        artist = first("artist", "author", "album_artist") ?? exif?.artist
        album = first("album")
        genre = first("genre")
        description = first("description", "synopsis", "comment") ?? exif?.description
        copyright = first("copyright") ?? exif?.copyright
        date = first("date", "date_released", "year", "date_recorded")
        createdAt = first("creationdate", "creation_time", "date_recorded") ?? exif?.takenAt
        encoder = first("encoder", "encoded_by", "software") ?? exif?.software
        make = first("make", "com.android.manufacturer") ?? exif?.make
        model = first("model", "com.android.model") ?? exif?.model
        location = first("location", "location.iso6709").flatMap(GeoLocation.init(iso6709:)) ?? exif?.location
    }
}
