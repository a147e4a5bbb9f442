/// Why a source that may have credentials later has none now; never with anything secret in it.
struct NoCredentials: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
