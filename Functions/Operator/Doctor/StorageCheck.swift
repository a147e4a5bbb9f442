import Cloud
import Foundation
import Pipeline
import StageRuntime

/// The bucket: whether it can be read and written, and whether its events reach Ingest.
struct StorageCheck {
    let session: Session
    let writes: Bool

    func findings() async -> [Finding] {
        let bucket = session.settings.bucket
        do {
            _ = try await session.wiring.objects.list(prefix: "uploads/", after: "", atMost: 1)
        } catch {
            let remedy =
                "MEDIA_BUCKET, AWS_REGION and AWS_ENDPOINT_URL_S3 say where it is; the role needs s3:ListBucket"
            return [.bad("bucket", "\(bucket) can't be listed: \(error)", remedy: remedy)]
        }
        var findings = [Finding.good("bucket", "\(bucket) can be listed")]
        if writes { findings.append(await written()) }
        findings += await notifications()
        return findings
    }

    private func written() async -> Finding {
        let objects = session.wiring.objects
        let key = "\(KeyPrefix.payloads)doctor/\(UUID().uuidString.lowercased())"
        do {
            _ = try await objects.putIfAbsent(key, Array("doctor".utf8), contentType: "text/plain")
            let info = try? await objects.info(key)
            for result in await objects.delete([key]) { try result.get() }
            guard info?.byteCount == 6 else { throw Failure("what was written was not there") }
            return .good("bucket", "it can be written, read and removed from")
        } catch {
            let remedy =
                "a stage's role needs s3:PutObject and s3:GetObject on derived/ and payloads/; an operator's, "
                + "s3:DeleteObject on payloads/doctor/"
            return .bad("bucket", "it can't be written to: \(error)", remedy: remedy)
        }
    }

    private func notifications() async -> [Finding] {
        let wiring = session.wiring
        let storage = S3Administration(client: wiring.client, endpoint: wiring.aws.s3)
        var wanted: [String: String] = [:]
        do {
            for (lane, prefix) in KeyPrefix.uploads {
                let name = session.settings.queueName("ingest", lane)
                guard let arn = try await wiring.queues.notificationARN(of: name) else {
                    let text = "Cloud Storage publishes to the topic \(name) itself: this can't be seen from here"
                    return [.good("notification", text)]
                }
                wanted[prefix] = arn
            }
            let told = try await storage.notifications(of: session.settings.bucket)
            return wanted.sorted { $0.key > $1.key }.map { prefix, arn in
                if told.queues.contains(where: { $0.queueARN == arn && prefix.hasPrefix($0.prefix) }) {
                    return .good("notification", "changes under \(prefix) are told to Ingest")
                }
                let remedy = "send the bucket's s3:ObjectCreated:* and s3:ObjectRemoved:* of \(prefix) to \(arn)"
                guard !told.tellsOthers else {
                    let text = "topics or EventBridge are told; whether they tell Ingest can't be seen from here"
                    return .doubtful("notification", text, remedy: "if uploads do not arrive, \(remedy)")
                }
                return .bad("notification", "Ingest is not told of all changes under \(prefix)", remedy: remedy)
            }
        } catch {
            let remedy = "an operator's role needs s3:GetBucketNotification and sqs:GetQueueAttributes"
            return [.doubtful("notification", "it can't be looked at: \(error)", remedy: remedy)]
        }
    }
}
