/// What becomes of a batch: messages that are not named are taken off the queue by the service.
struct LambdaAnswer: Encodable, Sendable {
    struct Failure: Encodable, Sendable {
        let itemIdentifier: String
    }

    let batchItemFailures: [Failure]

    /// - Parameter failures: ids of the messages that must come again.
    init(failures: [String]) { batchItemFailures = failures.map(Failure.init) }
}
