/// New bytes have arrived and their digest is known.
package struct AssetReceived: Event, Hashable {
    package static var kind: EventKind { "asset.received.v1" }
    package let source: ObjectReference

    package init(source: ObjectReference) { self.source = source }
}
