internal import Pipeline

/// Where a store that speaks S3's protocol is, and how it wants to be spoken to.
package struct S3Endpoint: Sendable, Equatable {
    package let endpoint: AWSEndpoint
    package let dialect: S3Dialect
    package var addressing: S3Addressing
    /// Whether a CRC-32 goes with what is written.
    package var requestChecksums: S3ChecksumUse
    /// Whether one is asked for, and checked, with what is read whole.
    package var responseChecksums: S3ChecksumUse
    package var payloadForm = S3PayloadForm.whole

    /// Takes what suits the host: checksums are Amazon's alone, for other stores refuse what they do not know, and
    /// check the body's SHA-256 instead.
    package init(_ endpoint: AWSEndpoint) {
        self.endpoint = endpoint
        dialect = S3Dialect(authority: endpoint.authority)
        addressing = endpoint.isCustom ? .path : .virtual
        let host = endpoint.authority.prefix { $0 != ":" }
        let isAmazon = host.hasSuffix(".amazonaws.com") || host.hasSuffix(".amazonaws.com.cn")
        requestChecksums = isAmazon ? .whenSupported : .whenRequired
        responseChecksums = requestChecksums
    }

    /// Reads `AWS_REQUEST_CHECKSUM_CALCULATION`, `AWS_RESPONSE_CHECKSUM_VALIDATION`, `MEDIA_S3_ADDRESSING` and
    /// `MEDIA_S3_PAYLOAD`.
    ///
    /// - Parameters:
    ///   - endpoint: of the store.
    ///   - environment: the process's variables; an empty one counts as not set.
    /// - Throws: reject, with one line that names the variable.
    init(_ endpoint: AWSEndpoint, environment: [String: String]) throws(Fault) {
        self.init(endpoint)
        requestChecksums =
            try Self.value(
                "AWS_REQUEST_CHECKSUM_CALCULATION",
                environment,
                "when_supported or when_required"
            ) ?? requestChecksums
        responseChecksums =
            try Self.value(
                "AWS_RESPONSE_CHECKSUM_VALIDATION",
                environment,
                "when_supported or when_required"
            ) ?? responseChecksums
        addressing = try Self.value("MEDIA_S3_ADDRESSING", environment, "path or virtual") ?? addressing
        payloadForm = try Self.value("MEDIA_S3_PAYLOAD", environment, "whole, trailer or signed-chunks") ?? payloadForm
        guard payloadForm != .trailer || (endpoint.scheme == "https" && requestChecksums == .whenSupported) else {
            throw .reject("aws.settings", "MEDIA_S3_PAYLOAD=trailer needs an https endpoint, and checksums")
        }
        // It refuses a request that has headers of both vendors.
        let hasChecksums = requestChecksums == .whenSupported || responseChecksums == .whenSupported
        guard dialect != .cloudStorage || !(hasChecksums || payloadForm != .whole) else {
            throw .reject(
                "aws.settings",
                "AWS_REQUEST_CHECKSUM_CALCULATION, AWS_RESPONSE_CHECKSUM_VALIDATION and MEDIA_S3_PAYLOAD can't be set "
                    + "for Cloud Storage, which takes no checksums of S3's"
            )
        }
    }

    package var scheme: String { endpoint.scheme }
    package var authority: String { endpoint.authority }
    package var isCustom: Bool { endpoint.isCustom }

    private static func value<Value: RawRepresentable<String>>(
        _ name: String,
        _ environment: [String: String],
        _ words: String
    ) throws(Fault) -> Value? {
        guard let text = environment[name], !text.isEmpty else { return nil }
        // SDKs take these words in any case.
        guard let value = Value(rawValue: text.lowercased()) else {
            throw .reject("aws.settings", "\(name) is '\(text)'; it must be \(words)")
        }
        return value
    }
}
