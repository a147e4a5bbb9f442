package import Pipeline

/// Makes buckets and says where their events go.
package struct S3Administration: Sendable {
    private static let events = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
    private static let namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

    private let client: AWSClient
    private let endpoint: S3Endpoint

    package init(client: AWSClient, endpoint: S3Endpoint) {
        self.client = client
        self.endpoint = endpoint
    }

    /// Makes a bucket in the client's region; one of ours that is there already is kept.
    ///
    /// - Parameter name: 3 to 63 of lower-case letters, digits, dots and hyphens.
    /// - Throws: retry or throttled, where the store did not answer or asked for less; reject, where it refuses.
    package func create(_ name: String) async throws(Fault) {
        // The oldest region has no name here.
        let region = client.region == "us-east-1" ? nil : client.region
        let body = region.map {
            #"<CreateBucketConfiguration xmlns="\#(Self.namespace)"><LocationConstraint>\#($0)</LocationConstraint>"#
                + "</CreateBucketConfiguration>"
        }
        let bucket = S3Bucket(name: name, endpoint: endpoint)
        do throws(Fault) {
            _ = try await client.call(bucket.request("CreateBucket", "PUT", body: Array((body ?? "").utf8)))
        } catch {
            guard error.serviceError?.code == "BucketAlreadyOwnedByYou" else { throw error }
        }
    }

    /// Sends the events of new and removed objects to queues, in the place of all that was set before.
    ///
    /// - Parameters:
    ///   - bucket: whose events.
    ///   - queues: by the prefix of the keys whose events they get: the ARN of a queue whose policy lets the bucket send.
    ///     No prefix may be the beginning of another.
    /// - Throws: as ``create(_:)``.
    package func notify(_ bucket: String, queues: [String: String]) async throws(Fault) {
        let events = Self.events.map { "<Event>\($0)</Event>" }.joined()
        let configurations = queues.sorted { $0.key < $1.key }.map { prefix, queueARN in
            let rule = "<FilterRule><Name>prefix</Name><Value>\(XMLDocument.escaped(prefix))</Value></FilterRule>"
            return "<QueueConfiguration><Queue>\(XMLDocument.escaped(queueARN))</Queue>\(events)"
                + "<Filter><S3Key>\(rule)</S3Key></Filter></QueueConfiguration>"
        }
        let body =
            #"<NotificationConfiguration xmlns="\#(Self.namespace)">"# + configurations.joined()
            + "</NotificationConfiguration>"
        let request = S3Bucket(name: bucket, endpoint: endpoint).request(
            "PutBucketNotificationConfiguration",
            "PUT",
            query: [("notification", "")],
            body: Array(body.utf8)
        )
        _ = try await client.call(request)
    }

    /// Whom a bucket tells of changes.
    package struct Notifications: Sendable {
        /// Rules that tell of every new and every removed object under a prefix.
        package let queues: [(prefix: String, queueARN: String)]
        /// Whether topics, functions or EventBridge are told of something.
        package let tellsOthers: Bool
    }

    /// Whom a bucket tells of changes.
    ///
    /// - Throws: as ``create(_:)``.
    package func notifications(of bucket: String) async throws(Fault) -> Notifications {
        let bucket = S3Bucket(name: bucket, endpoint: endpoint)
        let operation = "GetBucketNotificationConfiguration"
        let response = try await client.call(bucket.request(operation, "GET", query: [("notification", "")]))
        guard let root = XMLDocument.root(response.body) else {
            throw .retry("s3.\(operation)", underlying: S3AnswerError(expected: "a configuration"))
        }
        let queues = root.all("QueueConfiguration").compactMap { rule -> (prefix: String, queueARN: String)? in
            let events = Set(rule.all("Event").map(\.text))
            guard let queue = rule["Queue"], events.isSuperset(of: Self.events) else { return nil }
            let filters = rule.all("Filter").flatMap { $0.all("S3Key") }.flatMap { $0.all("FilterRule") }
            let named = { (name: String) in filters.first { $0["Name"]?.lowercased() == name }?["Value"] ?? "" }
            return named("suffix").isEmpty ? (named("prefix"), queue) : nil
        }
        let others = ["TopicConfiguration", "CloudFunctionConfiguration", "EventBridgeConfiguration"]
        return Notifications(queues: queues, tellsOthers: others.contains { !root.all($0).isEmpty })
    }
}
