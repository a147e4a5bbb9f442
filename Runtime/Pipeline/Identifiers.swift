/// A string with a meaning, so that a tenant is never passed where a stage is wanted.
package protocol Name: RawRepresentable<String>, Hashable, Codable, Sendable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    init(rawValue: String)
}

extension Name {
    package init(stringLiteral value: String) { self.init(rawValue: value) }
    package var description: String { rawValue }
}

/// The customer whose data a row, object or message is.
package struct Tenant: Name {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A stage of the pipeline: "probe". Also the last word of its queue's name.
package struct StageName: Name {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A stable, versioned name of an event's shape: "asset.probed.v1".
package struct EventKind: Name {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// An asset, as a UUID in its canonical lower-case form.
package struct AssetID: Name {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// A SHA-256 digest in lower-case hexadecimal.
package struct Digest: Name {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}
