/// It is known what the bytes are.
package struct AssetProbed: Event, Hashable {
    package static var kind: EventKind { "asset.probed.v1" }
    package let source: ObjectReference
    package let media: MediaKind
    package let durationMilliseconds: Int?

    package init(source: ObjectReference, media: MediaKind, durationMilliseconds: Int?) {
        self.source = source
        self.media = media
        self.durationMilliseconds = durationMilliseconds
    }
}
