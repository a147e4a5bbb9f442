extension String {
    /// Without what would steer a terminal: names and texts come from whoever made the file.
    var printable: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
