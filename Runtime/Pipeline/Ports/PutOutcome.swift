/// What became of a put that must not overwrite.
package enum PutOutcome: Sendable, Equatable {
    case written
    /// Something stands under the key already and was left as it is.
    case existed
}
