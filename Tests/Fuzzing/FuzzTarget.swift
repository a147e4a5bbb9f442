/// A parser of ours that is given what strangers send. It may refuse it; it must not crash, hang or grow.
enum FuzzTarget: String, CaseIterable, Sendable {
    /// A message's body, as a stage reads it: a claim check's head too.
    case envelope
    /// What a picture's file says of itself, and where it was taken.
    case exif
    /// A JPEG's brightness, by our own reader.
    case jpeg
    /// The JSON reader alone.
    case json
    /// A media file, through its facts and its first frames and samples.
    case media
    /// The boxes of an MP4 whose index libav could not read.
    case movieBoxes
    /// What an object store tells: S3, by itself or wrapped by SNS or EventBridge, and Cloud Storage.
    case notification
    /// A document in an encoding that it may or may not name.
    case text
    /// Lists and errors of S3 and STS.
    case xml

    /// Gives the parser an input.
    func run(_ bytes: [UInt8]) {
        switch self {
        case .envelope: Self.envelope(bytes)
        case .exif: Self.exif(bytes)
        case .jpeg: Self.jpeg(bytes)
        case .json: Self.json(bytes)
        case .media: Self.media(bytes)
        case .movieBoxes: Self.movieBoxes(bytes)
        case .notification: Self.notification(bytes)
        case .text: Self.text(bytes)
        case .xml: Self.xml(bytes)
        }
    }
}
