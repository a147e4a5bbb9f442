/// What a signing key holds for.
package struct SigningScope: Sendable, Equatable {
    /// `yyyyMMdd`, UTC.
    let day: String
    let region: String
    let service: String
    let scheme: SigningScheme

    /// As a credential has it.
    var text: String { "\(day)/\(region)/\(service)/\(scheme.terminator)" }

    /// Appends ``text`` to a text that is being put together.
    func append(to bytes: inout [UInt8]) {
        for part in [day, region, service] {
            bytes.append(contentsOf: part.utf8)
            bytes.append(UInt8(ascii: "/"))
        }
        bytes.append(contentsOf: scheme.terminator.utf8)
    }
}
