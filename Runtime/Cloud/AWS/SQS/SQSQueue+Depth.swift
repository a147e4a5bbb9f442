package import Pipeline

extension SQSQueue {
    /// Asks for `ApproximateNumberOfMessages`: one request, which costs as much as a receive.
    package func depth() async throws(Fault) -> Int? {
        try await SQSAdministration(caller: caller).state(of: url).visibleCount
    }
}
