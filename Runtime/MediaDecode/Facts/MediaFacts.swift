package import Pipeline

/// What a container says of itself, without its frames being decoded.
package struct MediaFacts: Codable, Sendable, Equatable {
    /// Nil for a container without any picture or sound.
    package var mediaKind: MediaKind?
    /// libavformat's name; one demuxer may have several, with commas between them: "mov,mp4,m4a,3gp,3g2,mj2".
    package var container: String
    /// The usual short name: "mp4", "mov", "webm", "jpeg".
    package var format: String?
    package var byteCount: Int64
    /// Nil for still pictures, and where the file does not say.
    package var durationMilliseconds: Int64?
    /// Bits per second, all streams together.
    package var bitRate: Int64?
    package var streams: [MediaStream]
    package var chapters: [MediaChapter]
    package var tags: [String: String]
    /// The tags under names of their own.
    package var metadata: MediaMetadata?
    /// Of the first frame: "01:00:00:00".
    package var timecode: String?
    package var startMilliseconds: Int64?
    /// Of a picture.
    package var exif: ExifFacts?
    /// Of a TIFF file with more than one; the first is read.
    package var pageCount: Int?

    package init(mediaKind: MediaKind?, container: String, byteCount: Int64, streams: [MediaStream] = []) {
        self.mediaKind = mediaKind
        self.container = container
        self.byteCount = byteCount
        self.streams = streams
        chapters = []
        tags = [:]
    }

    /// The stream that frames are taken from.
    package var videoStream: MediaStream? { main(.video) }
    /// The stream that sound is taken from.
    package var audioStream: MediaStream? { main(.audio) }

    /// The first of those that are most likely meant for everybody.
    private func main(_ kind: StreamKind) -> MediaStream? {
        let all = streams.filter { $0.kind == kind }
        let best = all.map(\.preference).max()
        return all.first { $0.preference == best }
    }
}
