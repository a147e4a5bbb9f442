/// A property that a server is known not to have. The suites fail once it has it: then the line goes.
struct Deviation: Sendable {
    let server: ContractServer
    /// The test's name without its parameters.
    let property: String
    let reason: String

    static let all: [Deviation] = [
        Deviation(
            server: .moto,
            property: "anOldReceiptDoesNotSettleALaterDelivery",
            reason: "any receipt that a message ever had deletes it"
        ),
        Deviation(
            server: .moto,
            property: "aLeaseThatWentToAnotherCanNotBeExtended",
            reason: "any receipt that a message ever had extends it"
        ),
        Deviation(
            server: .pubsub,
            property: "aLeaseThatWentToAnotherCanNotBeExtended",
            reason: "but for exactly-once delivery an old ack id is taken without a word"
        ),
        Deviation(
            server: .moto,
            property: "oneReceiptTwiceInACallFailsNoOther",
            reason: "a call with one receipt twice is refused whole, though its entry ids differ"
        ),
        Deviation(
            server: .moto,
            property: "uploadsAndRemovalsLandOnTheQueue",
            reason: "slashes of an event's key are encoded too"
        ),
        Deviation(
            server: .moto,
            property: "aBodyThatIsNotWhatItsChecksumSaysIsRefused",
            reason: "a CRC-32 that is sent is stored and not compared"
        ),
    ]

    static func known(_ server: ContractServer, _ property: String) -> Deviation? {
        all.first { $0.server == server && $0.property == property }
    }
}
