/// Where a service is spoken to.
package struct AWSEndpoint: Sendable, Equatable {
    /// "https" or "http".
    package let scheme: String
    /// The host, with a port where it is not the scheme's own; as the `Host` header has it.
    package let authority: String
    /// Whether it was set by hand: an emulator or another vendor's store.
    package let isCustom: Bool

    package init(scheme: String, authority: String, isCustom: Bool) {
        self.scheme = scheme
        self.authority = authority
        self.isCustom = isCustom
    }

    /// Reads `http://host:port`; a slash at the end is let pass, a path is not.
    package init?(url: String) {
        guard let cut = url.firstRange(of: "://") else { return nil }
        scheme = url[..<cut.lowerBound].lowercased()
        var rest = url[cut.upperBound...]
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard ["http", "https"].contains(scheme), !rest.isEmpty, !rest.contains(where: { "/?#@ ".contains($0) }) else {
            return nil
        }
        let standardPort = scheme == "http" ? ":80" : ":443"
        if rest.hasSuffix(standardPort) { rest = rest.dropLast(standardPort.count) }
        authority = rest.lowercased()
        isCustom = true
    }
}
