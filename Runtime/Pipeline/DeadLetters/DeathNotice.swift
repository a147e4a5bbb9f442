/// What a dead letter says beside its message, so that letters of one cause can be found and sent back together.
package struct DeathNotice: Sendable {
    static let faultClass = "MediaFaultClass"
    static let reason = "MediaReason"
    static let stage = "MediaStage"
    static let build = "MediaBuild"
    static let lane = "MediaLane"
    /// What only notices are called.
    private static let prefix = "Media"
    /// What Pub/Sub adds to a message that it moves by itself.
    private static let service = "CloudPubSubDeadLetterSource"
    /// Pub/Sub's limit on a value.
    private static let valueByteCount = 1024
    private static let stackDigits = 16

    let fault: Fault
    let stage: StageName
    let revision: Int
    let build: String
    let lane: Lane
    /// Of the message's body.
    let inputDigest: Digest
    let digester: any Digester

    /// - Parameters:
    ///   - fault: that ended it.
    ///   - stage: that gave it up.
    ///   - revision: of the stage.
    ///   - build: that gave it up.
    ///   - lane: that it came by.
    ///   - body: of the message.
    ///   - digester: makes the digests.
    package init(
        _ fault: Fault,
        stage: StageName,
        revision: Int,
        build: String,
        lane: Lane,
        body: [UInt8],
        digester: any Digester
    ) {
        self.fault = fault
        self.stage = stage
        self.revision = revision
        self.build = build
        self.lane = lane
        self.digester = digester
        inputDigest = digester.digest(body)
    }

    /// What a message has that is given up.
    ///
    /// - Parameters:
    ///   - attributes: as the message was delivered.
    ///   - count: how many attributes the dead-letter queue takes; the message's own yield.
    /// - Returns: the notice and, as far as there is room, the message's own.
    package func attributes(beside attributes: [String: String], atMost count: Int) -> [String: String] {
        var notice = [
            Self.faultClass: fault.faultClass,
            Self.reason: Self.cut(fault.description),
            Self.stage: stage.rawValue,
            Self.build: build,
            "MediaRevision": String(revision),
            "MediaInputDigest": inputDigest.rawValue,
            "MediaStackDigest": String(digester.identity(fault.stack).rawValue.prefix(Self.stackDigits)),
        ]
        if lane != .interactive { notice[Self.lane] = lane.rawValue }
        for (name, value) in Self.without(attributes).sorted(by: { $0.key < $1.key }) where notice.count < count {
            notice[name] = value
        }
        return notice
    }

    /// A message's own attributes, without what a service or a notice has put beside them.
    package static func without(_ attributes: [String: String]) -> [String: String] {
        attributes.filter { name, _ in
            !name.hasPrefix(prefix) && ![Delivery.sentTimestamp, "AWSTraceHeader"].contains(name)
                && !name.hasPrefix(service)
        }
    }

    private static func cut(_ text: String) -> String {
        var text = text.filter(\.isPrintable)
        while text.utf8.count > valueByteCount { text.removeLast() }
        return text
    }
}

extension Fault {
    /// The operations and kinds of errors that led to it, without what differs from one input to the next: equal for equal
    /// causes.
    package var stack: [String] {
        var stack = [operation, faultClass]
        var cause = underlying
        while let error = cause {
            if let fault = error as? Fault {
                stack += [fault.operation, fault.faultClass]
                cause = fault.underlying
            } else {
                stack.append("\(type(of: error))")
                cause = nil
            }
        }
        return stack
    }
}

extension Character {
    /// Whether a queue's attribute may hold it.
    fileprivate var isPrintable: Bool { unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } }
}
