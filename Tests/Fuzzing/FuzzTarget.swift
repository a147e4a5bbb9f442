/// A parser of ours that is given what strangers send. It may refuse it; it must not crash, hang or grow.
enum FuzzTarget: String, CaseIterable, Sendable {
    /// A message's body, as a stage reads it: a claim check's head too.
    case envelope
    /// The JSON reader alone.
    case json
    /// A media file, through its facts and its first frames and samples.
    case media
    /// The boxes of an MP4 whose index libav could not read.
    case movieBoxes
    /// What an object store tells: S3, by itself or wrapped by SNS or EventBridge, and Cloud Storage.
    case notification
    /// Lists and errors of S3 and STS.
    case xml

    /// Gives the parser an input.
    func run(_ bytes: [UInt8]) {
        switch self {
        case .envelope: Self.envelope(bytes)
        case .json: Self.json(bytes)
        case .media: Self.media(bytes)
        case .movieBoxes: Self.movieBoxes(bytes)
        case .notification: Self.notification(bytes)
        case .xml: Self.xml(bytes)
        }
    }
}
