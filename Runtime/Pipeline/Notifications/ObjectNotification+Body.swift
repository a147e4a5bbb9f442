package import FoundationEssentials

extension ObjectNotification {
    /// A message in S3's own form, for an object whose event was lost. It has no sequencer: it is older than any event.
    ///
    /// - Throws: reject, where the key can't be written.
    package static func body(created object: ObjectInfo, bucket: String) throws(Fault) -> Data {
        let record = Record(
            s3: Entity(
                bucket: Bucket(name: bucket),
                object: Object(key: ObjectKeyEncoding.encoded(object.key), size: object.byteCount, eTag: object.entityTag)
            )
        )
        do { return try JSONEncoder().encode(["Records": [record]]) } catch {
            throw .reject("notification.encode", "the event can't be written", underlying: error)
        }
    }

    private struct Bucket: Encodable { let name: String }

    private struct Object: Encodable {
        let key: String
        let size: Int64
        let eTag: String
    }

    private struct Entity: Encodable {
        let bucket: Bucket
        let object: Object
    }

    private struct Record: Encodable {
        let eventVersion = "2.1"
        let eventName = "ObjectCreated:Put"
        let s3: Entity
    }
}
