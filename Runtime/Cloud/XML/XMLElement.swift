/// An element of a small XML document, without its name's prefix and its attributes.
struct XMLElement {
    let name: String
    var text = ""
    var children: [XMLElement] = []

    /// The text of the first child of a name.
    subscript(name: String) -> String? { children.first { $0.name == name }?.text }

    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }
}
