import CUchardet
import Glibc

/// The C library's converter to UTF-8.
final class Iconv {
    /// Bytes that become text in one step.
    private static let stepByteCount = 65_536
    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    private let handle: iconv_t

    /// - Parameter name: of the encoding; nil where the C library does not know it.
    init?(from name: String) {
        guard let handle = iconv_open("UTF-8", name), Int(bitPattern: handle) != -1 else { return nil }
        self.handle = handle
    }

    deinit { iconv_close(handle) }

    /// Converts bytes.
    ///
    /// - Parameters:
    ///   - bytes: of one text.
    ///   - isStrict: whether what can't be read ends it; else it becomes U+FFFD.
    /// - Returns: the text, and how many bytes at its end are the beginning of a character; nil where it is strict and
    ///   a character is wrong.
    func convert(_ bytes: ArraySlice<UInt8>, isStrict: Bool) -> (utf8: [UInt8], rest: Int)? {
        var source = Array(bytes)
        var output = [UInt8](repeating: 0, count: Self.stepByteCount)
        var utf8: [UInt8] = []
        utf8.reserveCapacity(source.count)
        return source.withUnsafeMutableBytes { buffer in
            var input = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            var left = buffer.count
            while left > 0 {
                let (code, written) = step(&input, &left, into: &output)
                utf8 += output[..<written]
                if code == 0 || code == E2BIG { continue }
                if code == EINVAL, isStrict { return (utf8, left) }
                if isStrict { return nil }
                utf8 += Self.replacement
                input = input?.advanced(by: 1)
                left -= 1
            }
            return (utf8, 0)
        }
    }

    /// Converts as much as there is room for.
    ///
    /// - Returns: 0 or the error's number, and how many bytes were written.
    private func step(
        _ input: inout UnsafeMutablePointer<CChar>?,
        _ left: inout Int,
        into output: inout [UInt8]
    ) -> (code: Int32, written: Int) {
        let size = output.count
        return output.withUnsafeMutableBytes { room in
            var place = room.baseAddress?.assumingMemoryBound(to: CChar.self)
            var free = size
            let result = iconv(handle, &input, &left, &place, &free)
            return (result == Int.max || result == -1 ? errno : 0, size - free)
        }
    }
}
