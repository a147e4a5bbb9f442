package import FoundationEssentials

/// A message of Cloud Storage: attributes that say what happened, and the object as JSON (`JSON_API_V1`) or no body.
package struct CloudStorageNotification: Sendable, Equatable {
    /// The longest generation: an Int64 in hexadecimal.
    private static let sequencerDigitCount = 16

    /// Nil where there is nothing to do: metadata changed, or an overwrite removed the bytes before.
    package let change: ObjectChange?

    /// Whether a message's attributes are those of Cloud Storage.
    package static func isTold(by attributes: [String: String]) -> Bool {
        attributes["eventType"] != nil && attributes["objectGeneration"] != nil
    }

    /// Reads a message.
    ///
    /// - Parameters:
    ///   - body: empty where the notification's payload format is `NONE`.
    ///   - attributes: of the message.
    /// - Throws: reject with a reason for a person.
    package init(_ body: Data, attributes: [String: String]) throws(Fault) {
        guard let bucket = attributes["bucketId"], let key = attributes["objectId"],
            let generation = attributes["objectGeneration"].flatMap({ Int64($0) }), generation >= 0
        else {
            throw .reject("notification.decode", "bucketId, objectId or objectGeneration is missing or no such thing")
        }
        guard let action = Self.action(attributes) else {
            change = nil
            return
        }
        let object = try Self.object(body, attributes)
        change = ObjectChange(
            action: action,
            bucket: bucket,
            key: key,
            versionID: String(generation),
            byteCount: action == .created ? object?.size.flatMap { Int64($0) } : nil,
            entityTag: object?.etag,
            sequencer: Self.sequencer(generation, action),
            milliseconds: attributes["eventTime"].flatMap(Self.milliseconds)
        )
    }

    /// A removal has the generation of the bytes it removes, and comes after them: one more digit tells it from them.
    private static func sequencer(_ generation: Int64, _ action: ObjectChange.Action) -> Sequencer {
        let digits = String(generation, radix: 16, uppercase: true)
        let padding = String(repeating: "0", count: sequencerDigitCount - digits.count)
        return Sequencer(rawValue: padding + digits + (action == .removed ? "1" : "0"))
    }

    /// Cloud Storage writes microseconds.
    private static func milliseconds(_ time: String) -> Int64? {
        let isLong = time.count > 24 && time.hasSuffix("Z")
        return Timestamp.unixMilliseconds(isLong ? "\(time.prefix(23))Z" : time)
    }

    private static func action(_ attributes: [String: String]) -> ObjectChange.Action? {
        switch attributes["eventType"] {
        case "OBJECT_FINALIZE": .created
        case "OBJECT_DELETE", "OBJECT_ARCHIVE": attributes["overwrittenByGeneration"] == nil ? .removed : nil
        default: nil
        }
    }

    private static func object(_ body: Data, _ attributes: [String: String]) throws(Fault) -> Object? {
        guard attributes["payloadFormat"] == "JSON_API_V1" else { return nil }
        do { return try JSONDecoder().decode(Object.self, from: body) } catch {
            throw .reject("notification.decode", "the body is not an object of Cloud Storage", underlying: error)
        }
    }

    /// Numbers of 64 bits are text in Google's JSON.
    private struct Object: Decodable {
        let size: String?
        let etag: String?
    }
}
