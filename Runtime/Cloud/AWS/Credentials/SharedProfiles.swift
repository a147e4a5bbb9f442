internal import FoundationEssentials
internal import Pipeline

/// The profiles of the shared config and credentials files.
struct SharedProfiles {
    private static let fileByteCount = 1 << 20

    private var profiles: [String: [String: String]] = [:]

    /// Reads the files; one that is not there has no profiles.
    ///
    /// - Parameter environment: the process's variables: `AWS_CONFIG_FILE`, `AWS_SHARED_CREDENTIALS_FILE`, `HOME`.
    /// - Throws: reject, where a file can't be read or is not in the grammar.
    init(environment: [String: String]) throws(Fault) {
        let config = try Self.sections("AWS_CONFIG_FILE", "config", environment)
        if let sections = config["default"] { profiles["default"] = sections }
        for (section, properties) in config where section.hasPrefix("profile ") {
            profiles[String(section.dropFirst("profile ".count))] = properties
        }
        // Keys belong into the credentials file: what it says goes before the other's word.
        for (name, properties) in try Self.sections("AWS_SHARED_CREDENTIALS_FILE", "credentials", environment) {
            profiles[name, default: [:]].merge(properties) { $1 }
        }
    }

    /// A profile's values by their names, without empty ones.
    subscript(name: String) -> [String: String]? { profiles[name]?.filter { !$0.value.isEmpty } }

    private static func sections(
        _ variable: String,
        _ standard: String,
        _ environment: [String: String]
    ) throws(Fault) -> [String: [String: String]] {
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 }
        var path = environment[variable] ?? ""
        if path.isEmpty {
            guard let home else { return [:] }
            path = "\(home)/.aws/\(standard)"
        } else if let home, path.hasPrefix("~/") {
            path = home + path.dropFirst()
        }
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        guard let data = try? Data(contentsOf: URL(filePath: path)), data.count <= fileByteCount else {
            throw .reject(LocalAgent.operation, "the file can't be read, or is longer than 1 MiB: \(path)")
        }
        return try SharedFile.sections(String(decoding: data, as: UTF8.self), name: path)
    }
}
