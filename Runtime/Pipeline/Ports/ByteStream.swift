/// An object's bytes from first to last, as they arrive. One reader; what is not asked for is not fetched.
package protocol ByteStream: Sendable {
    var info: ObjectInfo { get }

    /// Waits for the next bytes.
    ///
    /// - Returns: a chunk of at least one byte and at most 1 MiB; nil at the end.
    /// - Throws: retry, where the store stopped answering or sent less than it had promised.
    func next() async throws(Fault) -> [UInt8]?
}
