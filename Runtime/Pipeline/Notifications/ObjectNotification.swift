package import FoundationEssentials

/// An object store's message on the ingest queue, in any of the forms that S3's events arrive in.
package struct ObjectNotification: Sendable, Equatable {
    /// In the message's order. Empty where there is nothing to do: `s3:TestEvent`, or kinds that change no bytes.
    package let changes: [ObjectChange]

    /// Reads a message: S3's own form, the same wrapped by SNS, or EventBridge's.
    ///
    /// - Throws: reject with a reason for a person.
    package init(_ body: Data) throws(Fault) {
        changes = try Self.changes(in: body, mayBeWrapped: true)
    }

    private static func changes(in body: Data, mayBeWrapped: Bool) throws(Fault) -> [ObjectChange] {
        let shape: NotificationShape
        do { shape = try JSONDecoder().decode(NotificationShape.self, from: body) } catch {
            throw .reject("notification.decode", "the message is not an object store's event", underlying: error)
        }
        if let records = shape.Records {
            var changes: [ObjectChange] = []
            for record in records {
                if let change = try record.change() { changes.append(change) }
            }
            return changes
        }
        if shape.Event == "s3:TestEvent" { return [] }
        if let detail = shape.detail, let kind = shape.detailType {
            return detail.change(kind: kind, time: shape.time).map { [$0] } ?? []
        }
        if let message = shape.Message, mayBeWrapped {
            return try changes(in: Data(message.utf8), mayBeWrapped: false)
        }
        throw .reject(
            "notification.decode",
            "the message has neither Records (S3), Message (SNS) nor detail (EventBridge)"
        )
    }
}

/// The fields that tell the forms apart, named as they are on the wire.
private struct NotificationShape: Decodable {
    let Records: [S3Record]?
    let Event: String?
    let Message: String?
    let detail: EventBridgeDetail?
    let detailType: String?
    let time: String?

    enum CodingKeys: String, CodingKey {
        case Records, Event, Message, detail, time
        case detailType = "detail-type"
    }
}

private struct S3Record: Decodable {
    struct Bucket: Decodable { let name: String }
    struct Object: Decodable {
        let key: String
        let size: Int64?
        let eTag: String?
        let versionId: String?
        let sequencer: Sequencer?
    }
    struct Entity: Decodable {
        let bucket: Bucket
        let object: Object
    }

    let eventVersion: String
    let eventName: String
    let eventTime: String?
    let s3: Entity

    /// - Returns: nil where the kind changes no bytes (tagging, ACL, replication, restore).
    func change() throws(Fault) -> ObjectChange? {
        guard eventVersion.hasPrefix("2.") else {
            throw .reject("notification.decode", "event version \(eventVersion); this build reads 2.x")
        }
        guard let action = action else { return nil }
        guard let key = ObjectKeyEncoding.decoded(s3.object.key) else {
            throw .reject("notification.decode", "the object key \(s3.object.key) is not form-encoded UTF-8")
        }
        return ObjectChange(
            action: action,
            bucket: s3.bucket.name,
            key: key,
            versionID: s3.object.versionId,
            byteCount: s3.object.size,
            entityTag: s3.object.eTag,
            sequencer: s3.object.sequencer,
            milliseconds: eventTime.flatMap(Timestamp.unixMilliseconds)
        )
    }

    private var action: ObjectChange.Action? {
        // The notification's configuration has the prefix "s3:", its records have not; accept both.
        let name = eventName.hasPrefix("s3:") ? eventName.dropFirst(3) : eventName[...]
        if name.hasPrefix("ObjectCreated:") { return .created }
        if name == ObjectChange.Action.rerunEventName { return .rerun }
        if name.hasPrefix("ObjectRemoved:") || name.hasPrefix("LifecycleExpiration:") { return .removed }
        return nil
    }
}

/// EventBridge writes keys as they are, not encoded.
private struct EventBridgeDetail: Decodable {
    struct Bucket: Decodable { let name: String }
    struct Object: Decodable {
        let key: String
        let size: Int64?
        let etag: String?
        let versionID: String?
        let sequencer: Sequencer?

        enum CodingKeys: String, CodingKey {
            case key, size, etag, sequencer
            case versionID = "version-id"
        }
    }

    let bucket: Bucket
    let object: Object

    func change(kind: String, time: String?) -> ObjectChange? {
        let action: ObjectChange.Action
        switch kind {
        case "Object Created": action = .created
        case "Object Deleted": action = .removed
        default: return nil
        }
        return ObjectChange(
            action: action,
            bucket: bucket.name,
            key: object.key,
            versionID: object.versionID,
            byteCount: object.size,
            entityTag: object.etag,
            sequencer: object.sequencer,
            milliseconds: time.flatMap(Timestamp.unixMilliseconds)
        )
    }
}
