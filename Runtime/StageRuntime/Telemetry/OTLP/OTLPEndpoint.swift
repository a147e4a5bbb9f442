/// Where one signal is sent, and how.
package struct OTLPEndpoint: Sendable, Equatable {
    package let url: String
    /// In their order; may hold a secret.
    package let headers: [Header]
    /// Of one request.
    package let timeout: Duration

    package struct Header: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(url: String, headers: [Header] = [], timeout: Duration = .seconds(10)) {
        self.url = url
        self.headers = headers
        self.timeout = timeout
    }
}
