internal import Glibc

/// The pages of programs and libraries that this process has in memory.
enum ResidentFiles {
    /// Lets go of pages that only starting needed; what is used again comes back from the page cache. The codecs' libraries
    /// alone are tens of megabytes, of which an idle worker uses next to nothing.
    static func release() {
        var mapping: Range<UInt>?
        for line in String(decoding: maps(), as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            if let bounds = bounds(fields) {
                mapping = bounds
            } else if fields.first == "Anonymous:", let clean = mapping {
                mapping = nil
                // A page that was written since it was read from its file would be lost.
                guard !clean.isEmpty, fields[1] == "0",
                    let start = UnsafeMutableRawPointer(bitPattern: clean.lowerBound)
                else { continue }
                madvise(start, clean.count, MADV_DONTNEED)
            }
        }
    }

    /// Read to the end by hand: the kernel gives it in pieces, and says that it has no length.
    private static func maps() -> [UInt8] {
        let descriptor = open("/proc/self/smaps", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var maps: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &piece, piece.count)
            guard count > 0 else { return maps }
            maps += piece[..<count]
        }
    }

    /// Where a mapping of a file lies that nobody may write to; an empty one for any other mapping, nil for other lines.
    private static func bounds(_ fields: [Substring]) -> Range<UInt>? {
        guard fields.count >= 5, fields[1].count == 4, fields[0].contains("-") else { return nil }
        let bounds = fields[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
        guard bounds.count == 2, bounds[0] <= bounds[1] else { return nil }
        let isFile = fields.count == 6 && fields[5].hasPrefix("/")
        return isFile && fields[1].hasPrefix("r-") && fields[1].hasSuffix("p") ? bounds[0]..<bounds[1] : 0..<0
    }
}
