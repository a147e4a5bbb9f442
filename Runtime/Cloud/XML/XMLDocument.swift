internal import CLibXML2

/// Reads XML that a service sent, by libxml2: no entities but XML's own, no document types, no network.
enum XMLDocument {
    private static let depth = 16
    private static let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
    private static let isReady: Bool = {
        xmlInitParser()
        return true
    }()

    /// Reads a document.
    ///
    /// - Parameter bytes: white space before the document is let pass: S3 sends it to keep a connection alive.
    /// - Returns: its root; nil where it is not well-formed, too deep, or declares a document type.
    static func root(_ bytes: [UInt8]) -> XMLElement? {
        let start = bytes.firstIndex { ![9, 10, 13, 32].contains($0) } ?? bytes.endIndex
        guard isReady, start < bytes.endIndex else { return nil }
        return bytes[start...].withUnsafeBytes { buffer in
            let characters = buffer.bindMemory(to: CChar.self)
            let reader = xmlReaderForMemory(
                characters.baseAddress,
                Int32(characters.count),
                nil,
                nil,
                Int32(options)
            )
            guard let reader else { return nil }
            defer { xmlFreeTextReader(reader) }
            return root(reader)
        }
    }

    private static func root(_ reader: xmlTextReaderPtr) -> XMLElement? {
        var open: [XMLElement] = []
        var root: XMLElement?
        while true {
            switch xmlTextReaderRead(reader) {
            case 0: return root
            case 1: break
            default: return nil
            }
            switch UInt32(xmlTextReaderNodeType(reader)) {
            case XML_READER_TYPE_ELEMENT.rawValue:
                guard open.count < depth else { return nil }
                open.append(XMLElement(name: text(xmlTextReaderConstLocalName(reader))))
                if xmlTextReaderIsEmptyElement(reader) == 1 { root = close(&open) }
            case XML_READER_TYPE_END_ELEMENT.rawValue:
                root = close(&open)
            case XML_READER_TYPE_TEXT.rawValue, XML_READER_TYPE_CDATA.rawValue,
                XML_READER_TYPE_SIGNIFICANT_WHITESPACE.rawValue:
                guard let last = open.indices.last else { return nil }
                open[last].text += text(xmlTextReaderConstValue(reader))
            case XML_READER_TYPE_DOCUMENT_TYPE.rawValue, XML_READER_TYPE_ENTITY_REFERENCE.rawValue:
                return nil
            default:
                break
            }
        }
    }

    /// Hands the last open element to its parent.
    ///
    /// - Returns: the element, where it has none: it is the root.
    private static func close(_ open: inout [XMLElement]) -> XMLElement? {
        guard let element = open.popLast() else { return nil }
        guard let parent = open.indices.last else { return element }
        open[parent].children.append(element)
        return nil
    }

    private static func text(_ characters: UnsafePointer<xmlChar>?) -> String {
        characters.map { String(decodingCString: $0, as: UTF8.self) } ?? ""
    }

    /// Text as it stands between tags.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\r": escaped += "&#13;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
