package import FoundationEssentials

/// A Swift type that a cell can be read as.
package protocol PostgresDecodable {
    /// - Returns: nil where the value is of another type.
    init?(_ value: PostgresValue)
}

extension String: PostgresDecodable {
    /// A text, or a uuid in its canonical lower-case form.
    package init?(_ value: PostgresValue) {
        switch value {
        case .text(let text): self = text
        case .uuid(let uuid): self = uuid.uuidString.lowercased()
        default: return nil
        }
    }
}

extension Int64: PostgresDecodable {
    package init?(_ value: PostgresValue) {
        guard case .int64(let number) = value else { return nil }
        self = number
    }
}

extension Int: PostgresDecodable {
    package init?(_ value: PostgresValue) {
        guard case .int64(let number) = value else { return nil }
        self.init(exactly: number)
    }
}

extension Double: PostgresDecodable {
    package init?(_ value: PostgresValue) {
        guard case .double(let number) = value else { return nil }
        self = number
    }
}

extension Bool: PostgresDecodable {
    package init?(_ value: PostgresValue) {
        guard case .bool(let truth) = value else { return nil }
        self = truth
    }
}

extension UUID: PostgresDecodable {
    package init?(_ value: PostgresValue) {
        guard case .uuid(let uuid) = value else { return nil }
        self = uuid
    }
}

extension Array: PostgresDecodable where Element: PostgresElement {
    package init?(_ value: PostgresValue) {
        guard let elements = Element.elements(of: value) else { return nil }
        self = elements
    }
}

/// What a cell can hold many of.
package protocol PostgresElement {
    /// - Returns: nil where the value is of another type.
    static func elements(of value: PostgresValue) -> [Self]?
}

extension UInt8: PostgresElement {
    package static func elements(of value: PostgresValue) -> [UInt8]? {
        guard case .bytes(let bytes) = value else { return nil }
        return bytes
    }
}

extension String: PostgresElement {
    package static func elements(of value: PostgresValue) -> [String]? {
        guard case .textArray(let texts) = value else { return nil }
        return texts
    }
}

extension Int64: PostgresElement {
    package static func elements(of value: PostgresValue) -> [Int64]? {
        guard case .int64Array(let numbers) = value else { return nil }
        return numbers
    }
}
