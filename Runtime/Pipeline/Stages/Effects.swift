/// All that one run writes, in the order in which it is applied: objects, then rows and events in one transaction.
package struct Effects: Sendable {
    package var objects: [ObjectWrite]
    package var rows: [CatalogWrite]
    package var events: [OutgoingEvent]
    /// Whether the run found anything: "processed, found nothing" is its own state.
    package var isEmpty: Bool

    package init(
        objects: [ObjectWrite] = [],
        rows: [CatalogWrite] = [],
        events: [OutgoingEvent] = [],
        isEmpty: Bool = false
    ) {
        self.objects = objects
        self.rows = rows
        self.events = events
        self.isEmpty = isEmpty
    }

    /// Nothing was found and nothing is to be done.
    package static var none: Effects { Effects(isEmpty: true) }
}
