package import FoundationEssentials

extension ObjectNotification {
    /// A message in S3's own form, for a change that no event tells. It has no sequencer: it is older than any event.
    ///
    /// - Parameter change: its action, bucket, key, size and tag; a tag that no other event has makes it a run of its own.
    /// - Returns: JSON.
    /// - Throws: reject, where the key can't be written.
    package static func body(of change: ObjectChange) throws(Fault) -> Data {
        let record = Record(
            eventName: change.action.eventName,
            s3: Entity(
                bucket: Bucket(name: change.bucket),
                object: Object(
                    key: ObjectKeyEncoding.encoded(change.key),
                    size: change.byteCount,
                    eTag: change.entityTag
                )
            )
        )
        do { return try JSONEncoder().encode(["Records": [record]]) } catch {
            throw .reject("notification.encode", "the event can't be written", underlying: error)
        }
    }

    private struct Bucket: Encodable { let name: String }

    private struct Object: Encodable {
        let key: String
        let size: Int64?
        let eTag: String?
    }

    private struct Entity: Encodable {
        let bucket: Bucket
        let object: Object
    }

    private struct Record: Encodable {
        let eventVersion = "2.1"
        let eventName: String
        let s3: Entity
    }
}

extension ObjectChange.Action {
    /// An operator's kind; a build that does not know it leaves it alone, as it does S3's other kinds.
    static let rerunEventName = "media:Rerun"

    fileprivate var eventName: String {
        switch self {
        case .created: "ObjectCreated:Put"
        case .removed: "ObjectRemoved:Delete"
        case .rerun: Self.rerunEventName
        }
    }
}
