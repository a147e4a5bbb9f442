/// A response that was read whole.
package struct AWSResponse: Sendable {
    package let status: Int
    package let headers: HTTPHeaders
    package let body: [UInt8]
}
