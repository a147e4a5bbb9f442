/// All that one run writes, in the order in which it is applied: objects, then rows and events in one transaction.
package struct Effects: Sendable {
    package var objects: [ObjectWrite]
    package var rows: [CatalogWrite]
    package var events: [OutgoingEvent]
    /// Whether the run found anything: "processed, found nothing" is its own state.
    package var isEmpty: Bool
    /// What a person should know although the run has ended well: the file was cut short.
    package var note: String?

    package init(
        objects: [ObjectWrite] = [],
        rows: [CatalogWrite] = [],
        events: [OutgoingEvent] = [],
        isEmpty: Bool = false,
        note: String? = nil
    ) {
        self.objects = objects
        self.rows = rows
        self.events = events
        self.isEmpty = isEmpty
        self.note = note
    }

    /// Nothing was found and nothing is to be done.
    package static var none: Effects { Effects(isEmpty: true) }
}
