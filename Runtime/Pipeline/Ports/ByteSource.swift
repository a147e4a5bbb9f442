/// Bytes that can be read in any order, in ranges: an object or a file.
package protocol ByteSource: Sendable {
    var byteCount: Int64 { get }

    /// Reads a range.
    ///
    /// - Returns: `count` bytes from `offset`, fewer at the end, none behind it.
    /// - Throws: retry, where the store did not answer or the object has changed; reject, where it is gone.
    func read(at offset: Int64, count: Int) async throws(Fault) -> [UInt8]
}
