internal import FoundationEssentials

/// Base64 (RFC 4648, 4), with padding.
package enum Base64 {
    package static func encoded(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
