import Foundation

/// What the `ffprobe` command says of a file.
struct FFprobe: Decodable {
    struct Stream: Decodable {
        let index: Int
        let codec_type: String
        let codec_name: String?
        let width: Int?
        let height: Int?
        let pix_fmt: String?
        let sample_rate: String?
        let channels: Int?
        let avg_frame_rate: String
    }

    struct Format: Decodable {
        let format_name: String
        let duration: String?
        let bit_rate: String?
    }

    let streams: [Stream]
    let format: Format

    init(_ name: String, in workspace: Workspace) throws {
        let command = ["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams", workspace.path(name)]
        self = try JSONDecoder().decode(FFprobe.self, from: workspace.run(command))
    }
}
