/// Media types by file names, for the object's Content-Type.
enum MediaType {
    private static let types = [
        "mp4": "video/mp4", "m4v": "video/mp4", "mov": "video/quicktime", "mkv": "video/x-matroska",
        "webm": "video/webm", "avi": "video/x-msvideo", "ts": "video/mp2t", "mp3": "audio/mpeg", "m4a": "audio/mp4",
        "wav": "audio/wav", "flac": "audio/flac", "ogg": "audio/ogg", "jpg": "image/jpeg", "jpeg": "image/jpeg",
        "png": "image/png", "gif": "image/gif", "webp": "image/webp", "tif": "image/tiff", "tiff": "image/tiff",
        "html": "text/html", "htm": "text/html", "txt": "text/plain", "md": "text/markdown", "pdf": "application/pdf",
    ]

    static func of(_ name: String) -> String {
        let suffix = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
        return types[suffix] ?? "application/octet-stream"
    }
}
