/// When checksums go along, in the words of AWS's own settings.
package enum S3ChecksumUse: String, Sendable {
    case whenSupported = "when_supported"
    case whenRequired = "when_required"
}
