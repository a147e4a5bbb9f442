/// An event for another stage.
package struct OutgoingEvent: Sendable {
    package let stage: StageName
    package let event: any Event
    /// Another asset than the run's; nil for the run's own.
    package let asset: AssetID?
    /// Another generation than the run's; nil for the run's own.
    package let generation: Int?

    package init(_ event: any Event, to stage: StageName, asset: AssetID? = nil, generation: Int? = nil) {
        self.stage = stage
        self.event = event
        self.asset = asset
        self.generation = generation
    }
}
