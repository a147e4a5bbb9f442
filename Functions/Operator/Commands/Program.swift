import Foundation

/// The programs beside this one.
enum Program {
    /// - Parameter stage: its name.
    /// - Returns: the path of its program.
    /// - Throws: a failure, where there is none of that name.
    static func path(of stage: String) throws -> String {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let path = "\(own.deletingLastPathComponent().path)/media-\(stage)"
        guard !stage.contains("/"), FileManager.default.isExecutableFile(atPath: path) else {
            throw Failure("'\(stage)' is not a stage")
        }
        return path
    }
}
