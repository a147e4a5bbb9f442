import CLibAV
import Pipeline

extension Container {
    /// The short name that files of this kind go by.
    ///
    /// - Returns: libavformat's own, where it is one name.
    /// - Throws: what the source throws.
    func shortName(_ tags: [String: String]) throws(Fault) -> String {
        if format.hasSuffix("_pipe") { return String(format.dropLast(5)) }
        let names = ContainerFormat.names(format)
        if names.contains("matroska") {
            let head = try input.cache.bytes(at: 0, count: 64)
            // DocType, of four letters (RFC 8794, 11.2.6).
            let webm = [0x42, 0x82, 0x84] + Array("webm".utf8)
            let isWebM = head.indices.contains { head[$0...].starts(with: webm) }
            return isWebM ? "webm" : "mkv"
        }
        guard names.contains("mov") else { return format }
        // A file without a brand is older than MP4.
        guard let brand = tags["major_brand"]?.lowercased(), brand != "qt  " else { return "mov" }
        if brand.hasPrefix("m4a") || brand.hasPrefix("m4b") { return "m4a" }
        return ["3gp", "3g2", "mj2"].first { brand.hasPrefix($0) } ?? "mp4"
    }
}
