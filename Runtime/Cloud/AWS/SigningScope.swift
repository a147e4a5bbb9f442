/// What a signing key holds for.
package struct SigningScope: Sendable, Equatable {
    /// `yyyyMMdd`, UTC.
    let day: String
    let region: String
    let service: String
    let scheme: SigningScheme

    /// As a credential has it.
    var text: String { "\(day)/\(region)/\(service)/\(scheme.terminator)" }
}
