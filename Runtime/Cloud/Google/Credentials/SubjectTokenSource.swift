internal import FoundationEssentials
internal import Pipeline

/// Where an external account's own token comes from; read anew each time, since it is renewed in its place.
enum SubjectTokenSource: Sendable {
    case file(path: String, field: String?)
    case url(HTTPRequest, field: String?)

    /// Reads a `credential_source`.
    ///
    /// - Parameters:
    ///   - file: as the configuration has it.
    ///   - path: of the configuration.
    /// - Throws: reject, where it is none of a file and a URL.
    init(_ file: File, path: String) throws(Fault) {
        let field = try Self.field(file.format, path: path)
        if file.environmentID != nil { throw Self.unusable("AWS", path) }
        if file.executable != nil { throw Self.unusable("a program", path) }
        if file.certificate != nil { throw Self.unusable("a certificate", path) }
        if let source = file.file {
            self = .file(path: source, field: field)
        } else if let url = file.url {
            var request = HTTPRequest(method: "GET", url: url, timeout: .total(AccessTokenRequest.timeout))
            for (name, value) in file.headers ?? [:] { request.headers.append(name, value) }
            self = .url(request, field: field)
        } else {
            throw .reject(AccessTokenRequest.operation, "credential_source has neither a file nor a url: \(path)")
        }
    }

    func token(_ http: any HTTPClient) async throws(Fault) -> String {
        switch self {
        case .file(let path, let field):
            guard let data = try? Data(contentsOf: URL(filePath: path)) else {
                throw .reject(AccessTokenRequest.operation, "the external account's token can't be read: \(path)")
            }
            return try Self.token(in: data, field, of: path)
        case .url(let request, let field):
            let exchange = TokenExchange(name: "the external account's provider", http: http)
            return try Self.token(in: Data(try await exchange.answer(to: request)), field, of: request.url)
        }
    }

    private static func token(in data: Data, _ field: String?, of place: String) throws(Fault) -> String {
        let token: String?
        if let field {
            token = (try? JSONDecoder().decode([String: Value].self, from: data))?[field]?.text
        } else {
            token = String(validating: data, as: UTF8.self)?.trimmed
        }
        guard let token, !token.isEmpty else {
            let what = field.map { "no text \($0)" } ?? "no token"
            throw .reject(AccessTokenRequest.operation, "there is \(what) in \(place)")
        }
        return token
    }

    private static func field(_ format: File.Format?, path: String) throws(Fault) -> String? {
        switch format?.type {
        case nil, "text": return nil
        case "json":
            if let field = format?.field { return field }
            throw .reject(AccessTokenRequest.operation, "format has no subject_token_field_name: \(path)")
        case let type?: throw .reject(AccessTokenRequest.operation, "format is \(type), not text or json: \(path)")
        }
    }

    private static func unusable(_ source: String, _ path: String) -> Fault {
        .reject(
            AccessTokenRequest.operation,
            "the external account takes its token from \(source); here it must be a file or a URL: \(path)"
        )
    }

    /// A field of any type, of which only text counts.
    private struct Value: Decodable {
        let text: String?
        init(from decoder: any Decoder) throws { text = try? decoder.singleValueContainer().decode(String.self) }
    }

    struct File: Decodable {
        enum CodingKeys: String, CodingKey {
            case file, url, headers, format, executable, certificate
            case environmentID = "environment_id"
        }
        struct Format: Decodable {
            enum CodingKeys: String, CodingKey {
                case type
                case field = "subject_token_field_name"
            }
            let type: String?
            let field: String?
        }
        struct Anything: Decodable {}
        let file: String?
        let url: String?
        let headers: [String: String]?
        let format: Format?
        let executable: Anything?
        let certificate: Anything?
        /// "aws1".
        let environmentID: String?
    }
}

extension String {
    /// Without the white space around it: files end with a line.
    fileprivate var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start[..<(start.lastIndex { !$0.isWhitespace }.map(start.index(after:)) ?? start.startIndex)])
    }
}
