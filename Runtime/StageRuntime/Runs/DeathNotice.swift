internal import FoundationEssentials
internal import Pipeline

/// What a dead letter carries beside its message, so that letters of one cause can be found and sent back together.
struct DeathNotice: Sendable {
    /// Characters of the reason.
    private static let reasonLength = 1000

    let fault: Fault
    let stage: StageName
    let revision: Int
    let build: String
    let lane: Lane
    /// Of the message.
    let bodyDigest: Digest
    let digester: any Digester

    /// At most 8: SQS takes 10 with the sender's own.
    var attributes: [String: String] {
        var attributes = [
            "MediaFaultClass": fault.faultClass,
            "MediaReason": String(fault.description.filter(\.isPrintable).prefix(Self.reasonLength)),
            "MediaStage": "\(stage)",
            "MediaBuild": build,
            "MediaRevision": String(revision),
            "MediaInputDigest": bodyDigest.rawValue,
            "MediaStackDigest": String(digester.identity(fault.stack).rawValue.prefix(16)),
        ]
        if lane != .interactive { attributes["MediaLane"] = lane.rawValue }
        return attributes
    }
}

extension Fault {
    /// The operations and kinds of errors that led to it, without what differs from one input to the next: equal for equal
    /// causes.
    var stack: [String] {
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

extension Delivery {
    /// Marks a message that was put in the place of one that could not be held any longer.
    static let continuation = "MediaContinuation"

    var isContinuation: Bool { attributes[Self.continuation] != nil }

    /// What its sender gave it: not what the service adds, nor an earlier death.
    var sendersAttributes: [String: String] {
        attributes.filter { !["SentTimestamp", "AWSTraceHeader"].contains($0.key) && !$0.key.hasPrefix("Media") }
    }
}

extension Character {
    /// Whether a queue's attribute may hold it.
    fileprivate var isPrintable: Bool { unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } }
}
