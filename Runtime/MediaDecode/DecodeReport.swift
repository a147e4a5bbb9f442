/// How reading a stream to its end went.
package struct DecodeReport: Sendable, Equatable {
    /// Where the last frame began, or the last sample ended, from the file's start.
    package var endMilliseconds: Int64 = 0
    /// Packets that were lost in whole or in part; what could be shown of them was given.
    package var damagedPacketCount = 0
    /// Whether the file ended before its header says.
    package var wasTruncated = false

    /// So few are common where a recording was cut or joined.
    private static let toleratedPacketCount = 3

    /// What a person should know of the file; nil where all is well.
    package var note: String? {
        if wasTruncated { return "the file is cut short: it ends after \(endMilliseconds / 1000) s" }
        let isDamaged = damagedPacketCount > Self.toleratedPacketCount
        return isDamaged ? "the file is damaged: some of it could not be decoded" : nil
    }
}
