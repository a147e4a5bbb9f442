/// A signature and the steps to it.
package struct Signed: Sendable {
    package let canonicalRequest: String
    package let stringToSign: String
    /// 64 hexadecimal digits.
    package let signature: String
    /// The `Authorization` header's value.
    package let authorization: String
}
