/// What an asset is to a person, by its bytes and not by its name.
package enum MediaKind: String, Codable, Sendable, CaseIterable {
    case video, audio, image, document
}
