import Pipeline

extension Asset {
    /// What people call it: the last part of its key.
    var shortName: String { (source.key.split(separator: "/").last.map(String.init) ?? source.key).printable }
}
