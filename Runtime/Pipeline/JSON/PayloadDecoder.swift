package import FoundationEssentials

/// Reads payloads as Foundation's `JSONDecoder` does, and the simple ones, which are most, by a shorter way.
///
/// Whatever the shorter way can't read, or finds wrong, is read by Foundation, whose errors are for people.
package enum PayloadDecoder {
    /// Reads a payload.
    ///
    /// - Parameters:
    ///   - type: of the payload.
    ///   - text: JSON.
    /// - Returns: the payload.
    /// - Throws: `DecodingError`, as Foundation's does.
    package static func decode<Payload: Decodable>(_ type: Payload.Type, from text: Data) throws -> Payload {
        if let payload = plain(type, from: text) { return payload }
        return try JSONDecoder().decode(type, from: text)
    }

    /// Reads a simple payload by the shorter way.
    ///
    /// - Parameters:
    ///   - type: of the payload.
    ///   - text: JSON.
    /// - Returns: the payload; nil where Foundation must read it.
    package static func plain<Payload: Decodable>(_ type: Payload.Type, from text: Data) -> Payload? {
        let value = try? JSONReader.read(text) { reader throws(JSONError) in try reader.plainValue() }
        guard let value, case .object = value else { return nil }
        let decoder = PlainDecoder(value)
        guard let payload = try? type.init(from: decoder) else { return nil }
        // A type may have caught an error and gone another way than Foundation would have led it.
        return decoder.doubt.isRaised ? nil : payload
    }
}
