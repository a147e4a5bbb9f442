extension AssetID {
    /// The id of whatever stands under a key: the same on every delivery, after an overwrite and after a removal.
    ///
    /// A UUID of version 8 (RFC 9562) from SHA-256 over tenant, bucket and key.
    package init(tenant: Tenant, bucket: String, key: String, digester: any Digester) {
        var digits = Array(digester.identity([tenant.rawValue, bucket, key]).rawValue.prefix(32))
        digits[12] = "8"
        digits[16] = "a"
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
        self.init(rawValue: groups.joined(separator: "-"))
    }
}
