package import Pipeline

/// Where the server listens: `MEDIA_SEARCH_ADDRESS`, "127.0.0.1:8080" by default.
package struct ListenAddress: Hashable, Sendable {
    package let host: String
    /// 0 for any that is free.
    package let port: Int

    /// Reads the setting.
    ///
    /// - Throws: reject, where it is not a host and a port.
    package init(environment: [String: String]) throws(Fault) {
        let text = environment["MEDIA_SEARCH_ADDRESS"] ?? "127.0.0.1:8080"
        guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
            let port = UInt16(text[text.index(after: colon)...])
        else { throw .reject("settings", "MEDIA_SEARCH_ADDRESS is \(text), not host:port") }
        let host = text[..<colon]
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : String(host)
        self.port = Int(port)
    }
}
