internal import CLibCurl

/// Header lines in the list that libcurl reads, in memory that is used again: libcurl's own lists take two allocations
/// a line.
final class CurlHeaderList {
    private var bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 2048)
    private var nodes = UnsafeMutableBufferPointer<curl_slist>.allocate(capacity: 24)

    deinit {
        bytes.deallocate()
        nodes.deallocate()
    }

    /// Puts `fields` in the place of what there was, with `lines` after them.
    ///
    /// - Parameters:
    ///   - fields: an empty value, or one of white space, is sent as an empty one.
    ///   - lines: in libcurl's own form: `Expect:` sends none.
    /// - Returns: the list; it holds until the next call.
    func set(_ fields: [(name: String, value: String)], _ lines: [StaticString]) -> UnsafeMutablePointer<curl_slist>? {
        let count = fields.count + lines.count
        // A colon, a space and the end.
        let byteCount =
            fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 3 }
            + lines.reduce(0) { $0 + $1.utf8CodeUnitCount + 1 }
        reserve(byteCount, count)
        var place = 0
        for (index, field) in fields.enumerated() {
            begin(index, of: count, at: place)
            append(field.name, &place)
            let isEmpty = field.value.utf8.allSatisfy { $0 <= 32 }
            bytes[place] = UInt8(ascii: isEmpty ? ";" : ":")
            place += 1
            if !isEmpty {
                bytes[place] = UInt8(ascii: " ")
                place += 1
                append(field.value, &place)
            }
            bytes[place] = 0
            place += 1
        }
        for (index, line) in lines.enumerated() {
            begin(fields.count + index, of: count, at: place)
            for byte in UnsafeBufferPointer(start: line.utf8Start, count: line.utf8CodeUnitCount) + [0] {
                bytes[place] = byte
                place += 1
            }
        }
        return count == 0 ? nil : nodes.baseAddress
    }

    private func reserve(_ byteCount: Int, _ count: Int) {
        if bytes.count < byteCount {
            bytes.deallocate()
            bytes = .allocate(capacity: byteCount)
        }
        if nodes.count < count {
            nodes.deallocate()
            nodes = .allocate(capacity: count)
        }
    }

    private func begin(_ index: Int, of count: Int, at place: Int) {
        let text = bytes.baseAddress.map { UnsafeMutableRawPointer($0 + place).assumingMemoryBound(to: CChar.self) }
        let next = index + 1 < count ? nodes.baseAddress.map { $0 + index + 1 } : nil
        nodes.initializeElement(at: index, to: curl_slist(data: text, next: next))
    }

    private func append(_ text: String, _ place: inout Int) {
        var text = text
        let count = text.withUTF8 { utf8 in
            UnsafeMutableBufferPointer(rebasing: bytes[place...]).update(fromContentsOf: utf8)
        }
        // Nothing ends a line or the text but this list: signatures have such bytes as spaces, too.
        for index in place..<place + count where bytes[index] < 32 { bytes[index] = 32 }
        place += count
    }
}
