/// A named part of a media file.
package struct MediaChapter: Codable, Sendable, Equatable {
    package var startMilliseconds: Int64
    package var endMilliseconds: Int64
    package var title: String?

    package init(startMilliseconds: Int64, endMilliseconds: Int64, title: String?) {
        self.startMilliseconds = startMilliseconds
        self.endMilliseconds = endMilliseconds
        self.title = title
    }
}
