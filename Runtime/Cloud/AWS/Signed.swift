/// A signature and the steps to it.
package struct Signed: Sendable {
    let canonicalBytes: [UInt8]
    let signedBytes: [UInt8]
    /// 64 hexadecimal digits.
    package let signature: String
    /// The `Authorization` header's value.
    package let authorization: String

    package var canonicalRequest: String { String(decoding: canonicalBytes, as: UTF8.self) }
    package var stringToSign: String { String(decoding: signedBytes, as: UTF8.self) }
}
