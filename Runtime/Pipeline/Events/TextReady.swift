/// Moments with text of one kind stand in the catalog.
package struct TextReady: Event, Hashable {
    package static var kind: EventKind { "text.ready.v1" }
    package let moments: MomentKind

    package init(moments: MomentKind) { self.moments = moments }

    package var part: String { moments.rawValue }
}
