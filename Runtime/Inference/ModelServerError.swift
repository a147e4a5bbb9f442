/// What a model server said in the place of an answer.
package struct ModelServerError: Error, Sendable, CustomStringConvertible {
    package let model: String
    package let status: Int
    package let text: String

    package var description: String { "\(model) answered with status \(status): \(text)" }
}
