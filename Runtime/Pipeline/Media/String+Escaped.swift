extension String {
    /// The text with some of its scalars replaced: for markup "<" by "&lt;" and the like.
    ///
    /// By scalars and not by characters: "<" and a combining mark after it are one character, and markup all the same.
    ///
    /// - Parameter references: what stands for each scalar that may not stand as it is.
    /// - Returns: the text, otherwise unchanged.
    package func escaped(_ references: [Unicode.Scalar: String]) -> String {
        var escaped = ""
        for scalar in unicodeScalars {
            if let reference = references[scalar] {
                escaped += reference
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
