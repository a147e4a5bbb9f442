/// The containers that are opened.
///
/// An allow-list by libavformat's names: what is not on it is not media to us. Playlists (hls, dash, concat), which
/// would open other files, and text, which libavformat takes for subtitles or terminal art, are left out on purpose.
enum ContainerFormat {
    static let moving: Set<String> = [
        "3g2", "3gp", "aac", "ac3", "aiff", "amr", "apng", "asf", "avi", "caf", "eac3", "flac", "flv", "gif", "m4a",
        "matroska", "mj2", "mov", "mp3", "mp4", "mpeg", "mpegts", "mpegvideo", "mxf", "ogg", "w64", "wav", "webm",
    ]
    static let still: Set<String> = [
        "bmp_pipe", "j2k_pipe", "jpeg_pipe", "pam_pipe", "pbm_pipe", "pgm_pipe", "png_pipe", "ppm_pipe", "psd_pipe",
        "tiff_pipe", "webp_pipe",
    ]
    /// Of these, what has no duration is a still picture.
    static let stillOrMoving: Set<String> = ["apng", "gif", "mov"]
    /// Decoders of these must make the picture to tell its size.
    static let sizedByDecoding: Set<String> = [
        "bmp_pipe", "gif", "j2k_pipe", "pam_pipe", "pbm_pipe", "pgm_pipe", "ppm_pipe", "psd_pipe", "tiff_pipe",
        "webp_pipe",
    ]

    /// One demuxer may go by several names, with commas between them.
    static func names(_ list: String) -> Set<String> {
        Set(list.split(separator: ",").map(String.init))
    }

    static func isKnown(_ list: String) -> Bool {
        !names(list).isDisjoint(with: moving.union(still))
    }
}
