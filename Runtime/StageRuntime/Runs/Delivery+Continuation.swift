internal import Pipeline

extension Delivery {
    /// Marks a message that was put in the place of one that could not be held any longer.
    static let continuation = "MediaContinuation"

    var isContinuation: Bool { attributes[Self.continuation] != nil }
}
