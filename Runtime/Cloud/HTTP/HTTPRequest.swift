/// A request to send.
package struct HTTPRequest: Sendable {
    package let method: String
    /// Absolute, percent-encoded; it goes on the wire as it stands.
    package let url: String
    package var headers: HTTPHeaders
    /// Held in memory; larger things are sent in parts.
    package let body: [UInt8]
    package let timeout: HTTPTimeout

    package init(
        method: String,
        url: String,
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        timeout: HTTPTimeout
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }

    /// `http.METHOD host`: what a fault names.
    package var operation: String { "http.\(method) \(host)" }

    /// The URL's authority, without what comes before an `@`.
    private var host: Substring {
        let afterScheme = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
        let authority = afterScheme.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
    }
}
