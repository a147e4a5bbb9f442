import CLibAV

/// A libav error code with its words.
struct AVError: Error, CustomStringConvertible {
    let code: Int32

    var description: String {
        var words = [CChar](repeating: 0, count: Int(AV_ERROR_MAX_STRING_SIZE))
        guard av_strerror(code, &words, words.count) == 0 else { return "libav error \(code)" }
        return words.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
    }
}

/// libav had no memory left; another time it may have.
struct OutOfMemory: Error {}
