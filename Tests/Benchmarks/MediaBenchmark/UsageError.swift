/// A run was called with the wrong arguments.
struct UsageError: Error {
    let words: String
}
