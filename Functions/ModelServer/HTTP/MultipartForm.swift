import FoundationEssentials
import Glibc

/// A form as `multipart/form-data`: RFC 7578.
struct MultipartForm {
    static let fieldLimit = 32

    private var fields: [(name: String, value: Data)] = []

    /// Reads the body.
    ///
    /// - Throws: invalid, where it is no form, or not ended by its boundary.
    init(_ body: Data, contentType: String) throws {
        guard contentType.lowercased().hasPrefix("multipart/form-data"),
            let boundary = Self.parameter("boundary", in: contentType), (1...70).contains(boundary.utf8.count)
        else {
            throw ServingError.invalid("the content type \"\(contentType)\" is not multipart/form-data with a boundary")
        }
        let delimiter = Data("\r\n--\(boundary)".utf8)
        // The first delimiter has no line before it.
        let body = Data("\r\n".utf8) + body
        guard var end = Self.find(delimiter, in: body, from: 0) else {
            throw ServingError.invalid("the boundary of the form is not in its body")
        }
        while true {
            let start = end + delimiter.count
            if body[start...].starts(with: "--".utf8) { return }
            guard fields.count < Self.fieldLimit, let next = Self.find(delimiter, in: body, from: start) else {
                throw ServingError.invalid("the form is cut short, or has more than \(Self.fieldLimit) fields")
            }
            try add(body[start..<next])
            end = next
        }
    }

    /// The first field of this name.
    func first(_ name: String) -> Data? {
        fields.first { $0.name == name }?.value
    }

    func text(_ name: String) -> String? {
        texts(name).first
    }

    func texts(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
    }

    private mutating func add(_ part: Data) throws {
        let blank = Data("\r\n\r\n".utf8)
        guard let end = Self.find(blank, in: part, from: part.startIndex) else {
            throw ServingError.invalid("a field of the form has no blank line after its headers")
        }
        let headers = String(decoding: part[..<end], as: UTF8.self).split(separator: "\r\n")
        let disposition = headers.first { $0.lowercased().hasPrefix("content-disposition:") }
        guard let name = disposition.flatMap({ Self.parameter("name", in: String($0)) }) else {
            throw ServingError.invalid("a field of the form has no name")
        }
        fields.append((name, Data(part[(end + blank.count)...])))
    }

    /// The value of `name=value` or `name="value"` among a header's parameters.
    private static func parameter(_ name: String, in header: String) -> String? {
        for part in header.split(separator: ";").dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, pair[0].filter({ !$0.isWhitespace }).lowercased() == name else { continue }
            let value = pair[1].drop { $0.isWhitespace }
            if value.first == "\"" { return String(value.dropFirst().prefix { $0 != "\"" }) }
            return String(value.prefix { !$0.isWhitespace })
        }
        return nil
    }

    private static func find(_ needle: Data, in data: Data, from start: Int) -> Int? {
        data[start...].withUnsafeBytes { bytes in
            var offset = 0
            while offset + needle.count <= bytes.count, let base = bytes.baseAddress {
                // Every needle here begins with a carriage return.
                guard let found = memchr(base + offset, 0x0D, bytes.count - offset) else { return nil }
                offset = base.distance(to: UnsafeRawPointer(found))
                if bytes[offset...].starts(with: needle) { return start + offset }
                offset += 1
            }
            return nil
        }
    }
}
