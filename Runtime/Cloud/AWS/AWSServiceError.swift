package import Pipeline

/// A service's own word on why it refused.
package struct AWSServiceError: Error, Sendable {
    package let status: Int
    /// Without a prefix: "QueueDoesNotExist". Empty where the response had none.
    package let code: String
    package let message: String

    package init(status: Int, code: String, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// The services' models do not say what may be tried again; this is our reading of them.
    package var verdict: Verdict {
        if isInFlightLimit || Self.throttled.contains(code) || status == 429 { return .throttled(after: nil) }
        if isLeaseAtItsEnd { return .reject(reason: "the lease can go no further than 12 h from the first receive") }
        if isLeaseLost { return .reject(reason: "the lease is lost") }
        if isConfigurationFault { return .reject(reason: "wrong configuration: \(code): \(message)") }
        if Self.transient.contains(code) || Self.skewed.contains(code) { return .retry(after: nil) }
        if [500, 502, 503, 504].contains(status) { return .retry(after: nil) }
        return .reject(reason: code.isEmpty ? "status \(status)" : "\(code): \(message)")
    }

    /// Whether the receipt no longer counts: the message is another's by now, or gone.
    package var isLeaseLost: Bool {
        ["ReceiptHandleIsInvalid", "MessageNotInflight"].contains(code)
            || (code.hasPrefix("InvalidParameterValue") && Self.leaseWords.contains(where: message.contains))
    }

    /// Whether a lease was to go past 12 h from the first receive: an error, not a shorter lease. The work must be
    /// handed over before it comes to that, for the message can't be settled afterwards.
    package var isLeaseAtItsEnd: Bool {
        code.hasPrefix("InvalidParameterValue") && message.contains("Total VisibilityTimeout")
    }

    /// Whether too many messages are in flight (120,000): none are given until some are settled.
    package var isInFlightLimit: Bool { code == "OverLimit" }

    /// Whether somebody must change a setting, a policy or a key before anything can work.
    package var isConfigurationFault: Bool { Self.misconfigured.contains(code) }

    /// Whether the whole of a write must be done again: another to the same key was under way, or the upload in parts
    /// is gone, as it is when it was completed and the answer got lost.
    package var isWriteConflict: Bool { ["ConditionalRequestConflict", "NoSuchUpload"].contains(code) }

    /// Whether the clock is the reason for certain.
    var isClockSkew: Bool { Self.skewed.contains(code) }

    /// Whether the clock may be the reason; an answer to HEAD has no code.
    var mayBeClockSkew: Bool { Self.maybeSkewed.contains(code) || (status == 403 && code.isEmpty) }

    /// An old handle has no code of its own.
    private static let leaseWords = ["receipt handle has expired", "not available for visibility timeout change"]
    private static let skewed: Set<String> = ["RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"]
    private static let maybeSkewed: Set<String> = ["InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure"]
    private static let transient: Set<String> = [
        "RequestTimeout", "RequestTimeoutException", "InternalError", "InternalFailure", "ServiceUnavailable",
        "ConditionalRequestConflict", "OperationAborted", "ExpiredToken", "ExpiredTokenException",
        "IDPCommunicationError",
    ]
    private static let misconfigured: Set<String> = [
        "QueueDoesNotExist", "NonExistentQueue", "InvalidSecurity", "KmsAccessDenied", "KmsDisabled", "KmsNotFound",
        "KmsInvalidState", "KmsInvalidKeyUsage", "KmsOptInRequired",
    ]
    private static let throttled: Set<String> = [
        "RequestThrottled", "KmsThrottled", "Throttling", "ThrottlingException", "ThrottledException",
        "RequestThrottledException", "TooManyRequestsException", "SlowDown", "RequestLimitExceeded",
        "BandwidthLimitExceeded", "LimitExceededException", "ProvisionedThroughputExceededException",
        "PriorRequestNotComplete", "EC2ThrottledException", "TransactionInProgressException",
    ]
}

extension AWSServiceError: CustomStringConvertible {
    package var description: String { "status \(status) \(code): \(message)" }
}

extension Fault {
    /// The service's refusal, where there was one.
    package var serviceError: AWSServiceError? { underlying as? AWSServiceError }
}
