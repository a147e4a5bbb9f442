/// How a video codes brightness beyond the standard range.
package enum HDRKind: String, Codable, Sendable {
    case sdr
    /// Hybrid log-gamma (ARIB STD-B67).
    case hlg
    /// The perceptual quantizer (SMPTE ST 2084), with or without metadata for the whole video.
    case hdr10
    /// The same, with metadata for every scene (SMPTE ST 2094-40).
    case hdr10Plus = "hdr10+"
    case dolbyVision
}
