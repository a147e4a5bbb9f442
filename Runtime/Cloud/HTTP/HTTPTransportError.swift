/// Why an exchange broke, in libcurl's words.
package struct HTTPTransportError: Error, Sendable, CustomStringConvertible {
    /// libcurl's number, CURLcode.
    package let code: Int
    package let description: String
    package let isTimeout: Bool
}
