/// Where a request names its bucket.
package enum S3Addressing: String, Sendable {
    /// In the path: emulators and other vendors' stores rarely know host names per bucket.
    case path
    /// In the host.
    case virtual
}
