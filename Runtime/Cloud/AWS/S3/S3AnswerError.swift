internal import Pipeline

/// An answer that is not what the protocol says.
struct S3AnswerError: Error, CustomStringConvertible {
    let expected: String
    var description: String { "the store's answer is not \(expected)" }

    /// Looks for an error behind a status of 200: the status of some operations is sent before their work is done.
    ///
    /// - Throws: as the error says; retry, where the answer breaks off.
    static func check(_ answer: AWSResponse, _ operation: String) throws(Fault) {
        let root = XMLDocument.root(answer.body)
        guard root == nil || root?.name == "Error" else { return }
        let error = AWSServiceError(
            status: 500,
            code: root?["Code"] ?? "InternalError",
            message: root?["Message"] ?? "the answer is not XML"
        )
        throw Fault(operation: operation, verdict: error.verdict, underlying: error)
    }
}
