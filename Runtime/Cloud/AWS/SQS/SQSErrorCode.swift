/// Error codes of SQS. The query protocol had longer ones, and answers in its mode, as well as the failures within
/// batches, may carry either.
enum SQSErrorCode {
    private static let queuePrefix = "AWS.SimpleQueueService."
    private static let keyPrefix = "KMS."

    /// "KmsAccessDenied" for "KMS.AccessDeniedException", "QueueDoesNotExist" for
    /// "AWS.SimpleQueueService.NonExistentQueue"; any other as it is.
    static func modern(_ code: String) -> String {
        if code.hasPrefix(queuePrefix) {
            let name = String(code.dropFirst(queuePrefix.count))
            return name == "NonExistentQueue" ? "QueueDoesNotExist" : name
        }
        guard code.hasPrefix(keyPrefix) else { return code }
        let name = code.dropFirst(keyPrefix.count)
        let stem = name.hasSuffix("Exception") ? name.dropLast("Exception".count) : name
        return stem == "Throttling" ? "KmsThrottled" : "Kms\(stem)"
    }
}
