import Foundation
import Pipeline

/// A sound file's bytes, in memory.
struct SoundFile: ByteSource {
    let bytes: [UInt8]

    init(_ path: String) throws { bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

    var byteCount: Int64 { Int64(bytes.count) }

    func read(at offset: Int64, count: Int) async throws(Fault) -> [UInt8] {
        let start = min(Int(offset), bytes.count)
        return [UInt8](bytes[start..<min(start + count, bytes.count)])
    }
}
