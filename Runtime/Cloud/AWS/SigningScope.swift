/// What a signing key holds for.
package struct SigningScope: Sendable, Equatable {
    /// `yyyyMMdd`, UTC.
    let day: String
    let region: String
    let service: String
    let scheme: SigningScheme

    /// As a credential has it.
    var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends ``text`` to a text that is being put together.
    func append(to bytes: inout [UInt8]) {
        for part in [day, region, service] {
            bytes.append(contentsOf: part.utf8)
            bytes.append(UInt8(ascii: "/"))
        }
        bytes.append(contentsOf: scheme.terminator.utf8)
    }
}
