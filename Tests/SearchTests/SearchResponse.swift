import Cloud
import FoundationEssentials

/// What the server answered.
struct SearchResponse {
    let status: Int
    let headers: HTTPHeaders
    let text: String

    func json<Value: Decodable>(as type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }
}
