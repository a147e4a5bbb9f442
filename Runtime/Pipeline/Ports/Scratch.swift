/// Room for bytes that a run has made and not yet committed. It is gone with the run, whatever happens.
package protocol Scratch: Sendable {
    /// Sets bytes aside.
    ///
    /// - Returns: the bytes, to be read later.
    /// - Throws: retry, where there is no more room.
    func keep(_ bytes: [UInt8]) throws(Fault) -> any ByteSource
}
