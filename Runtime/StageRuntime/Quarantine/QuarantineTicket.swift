internal import FoundationEssentials
internal import Pipeline

/// What a process in quarantine is told: one run of one message.
struct QuarantineTicket: Codable, Sendable {
    let body: Data
    let attributes: [String: String]
    let receiveCount: Int
    let claim: Claim
    let lane: Lane

    init(_ delivery: Delivery, _ claim: Claim, _ lane: Lane) {
        body = delivery.body
        attributes = delivery.attributes
        receiveCount = delivery.receiveCount
        self.claim = claim
        self.lane = lane
    }
}
