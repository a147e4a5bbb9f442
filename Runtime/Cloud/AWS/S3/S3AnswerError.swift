/// An answer that is not what the protocol says.
struct S3AnswerError: Error, CustomStringConvertible {
    let expected: String
    var description: String { "the store's answer is not \(expected)" }
}
