/// A value of a simple payload. Texts with other values are left to Foundation.
enum PlainValue {
    struct Field {
        let key: String
        let value: PlainValue
    }

    case null
    case bool(Bool)
    case integer(Int64)
    case string(String)
    case object([Field])

    /// An object has few fields: they are searched one by one.
    static let mostFields = 16
}
