/// The attributes by which a dead letter says why it was given up, beside those that it had before.
package enum DeathNotice {
    static let faultClass = "MediaFaultClass"
    static let reason = "MediaReason"
    static let stage = "MediaStage"
    static let build = "MediaBuild"
    /// What Pub/Sub adds to a message that it moves by itself.
    private static let service = "CloudPubSubDeadLetterSource"
    /// Pub/Sub's limit on a value.
    private static let valueByteCount = 1024

    /// What a message has that is given up.
    ///
    /// - Parameters:
    ///   - attributes: as the message was delivered.
    ///   - faultClass: of the fault that ended it.
    ///   - reason: for a person; one that is too long is cut.
    ///   - stage: that gave it up.
    ///   - build: that gave it up.
    ///   - count: how many attributes the dead-letter queue takes; the message's own yield.
    /// - Returns: the notice and, as far as there is room, the message's own.
    package static func attributes(
        beside attributes: [String: String],
        faultClass: String,
        reason: String,
        stage: StageName,
        build: String,
        atMost count: Int
    ) -> [String: String] {
        var notice = [
            Self.faultClass: faultClass, Self.reason: cut(reason), Self.stage: stage.rawValue, Self.build: build,
        ]
        for (name, value) in without(attributes).sorted(by: { $0.key < $1.key }) where notice.count < count {
            notice[name] = value
        }
        return notice
    }

    /// A message's own attributes, without what a service or a notice has put beside them.
    static func without(_ attributes: [String: String]) -> [String: String] {
        attributes.filter { name, _ in
            ![faultClass, reason, stage, build, Delivery.sentTimestamp].contains(name) && !name.hasPrefix(service)
        }
    }

    private static func cut(_ text: String) -> String {
        var text = text
        while text.utf8.count > valueByteCount { text.removeLast() }
        return text
    }
}
