internal import Pipeline

package typealias SQSNamedQueue = NamedQueue<SQSQueue>

extension NamedQueue<SQSQueue> {
    /// A queue of that name, whose URL is asked for.
    package convenience init(name: String, caller: SQSCaller) {
        self.init(
            longestHold: SQSQueue.longestHold,
            attributeCount: SQSQueue.attributeCount,
            missing: .reject("sqs.GetQueueUrl", "there is no queue \(name)")
        ) { () async throws(Fault) in
            guard let url = try await SQSAdministration(caller: caller).url(of: name) else { return nil }
            return SQSQueue(url: url, caller: caller)
        }
    }
}
