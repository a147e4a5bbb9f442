/// Every planned run of a generation has ended, well or not.
package struct AssetCompleted: Event, Hashable {
    package static var kind: EventKind { "asset.completed.v1" }

    package init() {}
}
