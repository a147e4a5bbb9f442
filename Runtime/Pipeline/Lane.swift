/// Which of a stage's two queues a message takes. What a run sends takes the lane that its own message came by.
package enum Lane: String, Codable, Sendable, CaseIterable {
    /// Somebody waits for it.
    case interactive
    /// Nobody does: archives that are imported, whole collections that are analysed again.
    case bulk

    /// What stands behind the name of a stage's queue.
    package var queueSuffix: String { self == .bulk ? "-bulk" : "" }
}
