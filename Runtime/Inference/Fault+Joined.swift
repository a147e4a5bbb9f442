internal import Pipeline

extension Fault {
    /// Joins it with an earlier fault of the same question: that a server was asked and failed may be the question's doing,
    /// and counts; that none was there, or had room, says nothing of it.
    ///
    /// - Parameter earlier: nil where there was none.
    /// - Returns: one of the two.
    func joined(after earlier: Fault?) -> Fault {
        guard let earlier, case .retry = earlier.verdict, case .throttled = verdict else { return self }
        return earlier
    }
}
